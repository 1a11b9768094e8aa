//! Codes that we print ourselves: staff cards, and the codes that enrol a device.
//!
//! No outside source: the form is our decision. Forty upper-case letters and digits, which fit the alphanumeric mode
//! of QR, Code 39 and Code 128, and a hand can type them:
//!
//! `UK` · kind letter (`S` staff card, `E` enrolment) · format digit `1` · municipality (6) · random id of 128 bits
//! (26 characters of Crockford's base 32) · check (4 characters: the first 20 bits of SHA-256 over the 36 before).
//!
//! The check finds misreadings; it is no seal. Who may do what is decided where the id is looked up. One wrong
//! character passes with a chance of one in a million.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use super::{Municipality, base32};

const PREFIX: &str = "UK";
const FORMAT: char = '1';
const ID_LENGTH: u32 = 26;
const CHECK_LENGTH: u32 = 4;
/// Where the municipality begins and ends, and the id after it.
const MUNICIPALITY_AT: std::ops::Range<usize> = 4..10;
const ID_AT: std::ops::Range<usize> = 10..36;
const LENGTH: usize = 40;

/// Makes a secret of 128 bits that does not show itself in logs.
macro_rules! secret_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// Takes sixteen random bytes.
            pub fn new(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// The sixteen bytes. They are a secret: store a digest of them.
            pub fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("······")
            }
        }
    };
}

secret_id!(
    /// What a staff card proves: who holds the card knows it.
    CardId
);
secret_id!(
    /// What lets a device enrol, once.
    EnrolmentToken
);

/// 職員証. `Display` writes the code as it is printed on the card, with the secret in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StaffCard {
    /// Whose staff.
    pub municipality: Municipality,
    /// The card's secret.
    pub card: CardId,
}

/// The code that enrols a device at its centre. `Display` writes it as it is shown, with the secret in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnrolmentCode {
    /// Whose centre.
    pub municipality: Municipality,
    /// The code's secret.
    pub token: EnrolmentToken,
}

/// Why a text is not the code of ours that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OwnCodeError {
    /// It does not begin like a code of ours.
    #[error("this is no code of ours")]
    NotOurs,
    /// It begins like one, but its length, characters or check are wrong: misread or mistyped.
    #[error("the code was misread: its check characters do not fit")]
    Damaged,
    /// A format or a kind that this version does not know.
    #[error("the code comes from a newer version")]
    Newer,
    /// A code of ours of another kind.
    #[error("this is another code of ours")]
    OtherKind,
}

/// Any code of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OwnCode {
    Staff(StaffCard),
    Enrolment(EnrolmentCode),
}

/// Reads a code of ours; `None` when the text does not begin like one. Lower case and the look-alikes of base 32
/// (O for 0, I and L for 1) are accepted, for codes typed by hand.
pub(super) fn read(text: &str) -> Option<Result<OwnCode, OwnCodeError>> {
    let (head, rest) = text.split_at_checked(PREFIX.len())?;
    let mut chars = rest.chars();
    let kind = chars.next().filter(char::is_ascii_alphabetic)?.to_ascii_uppercase();
    let format = base32::canonical(chars.next()?);
    let is_ours = head.eq_ignore_ascii_case(PREFIX) && format.is_ascii_digit() && text.len() >= MUNICIPALITY_AT.end;
    is_ours.then(|| {
        let body: String = chars.map(base32::canonical).collect();
        match format {
            FORMAT => read_format_1(kind, &format!("{PREFIX}{kind}{format}{body}")),
            '0' => Err(OwnCodeError::Damaged),
            _ => Err(OwnCodeError::Newer),
        }
    })
}

fn read_format_1(kind: char, text: &str) -> Result<OwnCode, OwnCodeError> {
    let checked = text.get(..ID_AT.end).ok_or(OwnCodeError::Damaged)?;
    if text.len() != LENGTH || text.get(ID_AT.end..) != Some(check(checked).as_str()) {
        return Err(OwnCodeError::Damaged);
    }
    let part = |range| text.get(range).ok_or(OwnCodeError::Damaged);
    let municipality = Municipality::parse(part(MUNICIPALITY_AT)?).map_err(|_| OwnCodeError::Damaged)?;
    let id = base32::decode(part(ID_AT)?).ok_or(OwnCodeError::Damaged)?.to_be_bytes();
    match kind {
        'S' => Ok(OwnCode::Staff(StaffCard { municipality, card: CardId(id) })),
        'E' => Ok(OwnCode::Enrolment(EnrolmentCode { municipality, token: EnrolmentToken(id) })),
        // Whole and ours, so a later version gave this letter a meaning.
        _ => Err(OwnCodeError::Newer),
    }
}

/// The first 20 bits of SHA-256 over the canonical text.
fn check(text: &str) -> String {
    let [first, second, third, ..] = <[u8; 32]>::from(Sha256::digest(text.as_bytes()));
    base32::encode(u128::from(u32::from_be_bytes([0, first, second, third]) >> 4), CHECK_LENGTH)
}

fn print(f: &mut fmt::Formatter<'_>, kind: char, municipality: Municipality, id: [u8; 16]) -> fmt::Result {
    let id = base32::encode(u128::from_be_bytes(id), ID_LENGTH);
    let text = format!("{PREFIX}{kind}{FORMAT}{municipality}{id}");
    write!(f, "{text}{}", check(&text))
}

impl fmt::Display for StaffCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print(f, 'S', self.municipality, self.card.0)
    }
}

impl fmt::Display for EnrolmentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print(f, 'E', self.municipality, self.token.0)
    }
}

impl FromStr for StaffCard {
    type Err = OwnCodeError;

    fn from_str(text: &str) -> Result<Self, OwnCodeError> {
        match read(text).ok_or(OwnCodeError::NotOurs)?? {
            OwnCode::Staff(card) => Ok(card),
            OwnCode::Enrolment(_) => Err(OwnCodeError::OtherKind),
        }
    }
}

impl FromStr for EnrolmentCode {
    type Err = OwnCodeError;

    fn from_str(text: &str) -> Result<Self, OwnCodeError> {
        match read(text).ok_or(OwnCodeError::NotOurs)?? {
            OwnCode::Enrolment(code) => Ok(code),
            OwnCode::Staff(_) => Err(OwnCodeError::OtherKind),
        }
    }
}

#[cfg(test)]
mod tests;
