//! Why a line is closed.

/// Why a line is closed. Numbers are for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The device is not known here, or not any more.
    NotEnrolled,
    /// The name is not that of the key which the line proved.
    BadProof,
    /// The protocol's version is not spoken here.
    Protocol,
    /// What was sent is none of the sender's business, or nonsense.
    Misbehaviour,
    /// More was sent than anybody has reason to.
    Flood,
    /// The two have a line already.
    Twice,
    /// A reason of a newer version.
    Unknown(u8),
}

impl Refusal {
    /// The number on the wire.
    pub fn number(self) -> u8 {
        match self {
            Self::NotEnrolled => 0,
            Self::BadProof => 1,
            Self::Protocol => 2,
            Self::Misbehaviour => 3,
            Self::Flood => 4,
            Self::Twice => 5,
            Self::Unknown(number) => number,
        }
    }

    /// The reason of a number.
    pub fn from_number(number: u8) -> Self {
        match number {
            0 => Self::NotEnrolled,
            1 => Self::BadProof,
            2 => Self::Protocol,
            3 => Self::Misbehaviour,
            4 => Self::Flood,
            5 => Self::Twice,
            other => Self::Unknown(other),
        }
    }
}
