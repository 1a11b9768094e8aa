//! The kinds of facts. Numbers are for ever: a number is never given to another kind.

use minicbor::{Decode, Encode};
use serde::Serialize;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $number:literal),* $(,)?) => {
        /// What a fact says. A number that this version does not know is kept, passed on, and raises attention.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub enum FactKind {
            $($(#[$doc])* $name,)*
            /// A kind of a newer version.
            Unknown(u16),
        }

        impl FactKind {
            /// The number on the wire.
            pub fn number(self) -> u16 {
                match self {
                    $(Self::$name => $number,)*
                    Self::Unknown(number) => number,
                }
            }

            /// The kind of a number.
            pub fn from_number(number: u16) -> Self {
                match number {
                    $($number => Self::$name,)*
                    _ => Self::Unknown(number),
                }
            }
        }
    };
}

kinds! {
    /// 予約.
    Booked = 1,
    /// A booking moved to another slot in one step.
    Moved = 2,
    /// キャンセル.
    Cancelled = 3,
    /// A cancelled booking taken up again.
    Reinstated = 4,
    /// 受付.
    CheckedIn = 10,
    /// 接種済み.
    Vaccinated = 11,
    /// 予診のみ.
    PrescreenOnly = 12,
    /// 帰宅（未接種）.
    LeftBefore = 13,
    /// A visit goes on after 予診のみ.
    VisitReopened = 14,
    /// キャンセル（来場なし）.
    NoShow = 15,
    /// A fact put right: the body holds what stands in its place.
    Corrected = 20,
    /// A fact belongs to another person's record.
    Misfiled = 21,
    /// The other half of `Misfiled`.
    Filed = 22,
    /// A review decided.
    Resolved = 23,
    /// A verdict overridden without another fact that could say so.
    Overridden = 24,
    /// 控え printed.
    CertificateIssued = 30,
    /// The voucher was reissued under a new number.
    VoucherReplaced = 31,
    /// Reserved: 経過観察.
    Observation = 40,
    /// Reserved: 副反応疑い.
    AdverseReaction = 41,
    /// Reserved: a vial opened.
    VialOpened = 42,
    /// Reserved: a vial discarded.
    VialDiscarded = 43,
}

impl<C> Encode<C> for FactKind {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.u16(self.number())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for FactKind {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        d.u16().map(Self::from_number)
    }
}
