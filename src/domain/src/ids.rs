//! Names of things. Each is its own type, so that a venue can't be passed where a booth is due.

use std::fmt;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// Makes a text identifier: a newtype over `String` that is shown as it is.
macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode)]
        #[serde(transparent)]
        #[cbor(transparent)]
        pub struct $name(#[n(0)] pub String);

        impl $name {
            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    };
}

text_id!(
    /// 会場番号: chosen by the municipality, unique within it.
    VenueNumber
);
text_id!(
    /// Identifies a 予約枠 within a municipality.
    SlotId
);
text_id!(
    /// 予約番号.
    BookingNumber
);
text_id!(
    /// A booth of a venue ("3").
    Booth
);
text_id!(
    /// 職員コード: who signed in at a kiosk or at the console.
    StaffCode
);
text_id!(
    /// A doctor's number in the municipality's list.
    DoctorId
);
text_id!(
    /// A vaccine product of the municipality's settings ("comirnaty").
    ProductId
);
text_id!(
    /// ロット番号, as printed on the vial's label: up to 20 letters and digits.
    LotNumber
);

/// A fixed number of bytes, shown in hexadecimal.
macro_rules! byte_id {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, minicbor::Encode, minicbor::Decode)]
        #[cbor(transparent)]
        pub struct $name(#[cbor(n(0), with = "minicbor::bytes")] pub [u8; $len]);

        impl $name {
            /// Reads the identifier from exactly its number of bytes.
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self)
            }

            /// Reads the hexadecimal form that `Display` writes.
            pub fn from_hex(text: &str) -> Option<Self> {
                let text = text.as_bytes();
                let mut bytes = [0u8; $len];
                if text.len() != 2 * $len {
                    return None;
                }
                for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
                    *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
                }
                Some(Self(bytes))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{self}")
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    };
}
pub(crate) use byte_id;

byte_id!(
    /// A fact's own id: random, and the Automerge actor of the change that carries it.
    FactId,
    16
);
byte_id!(
    /// SHA-256 of a fact's encoded bytes: what `supersedes` names.
    FactHash,
    32
);

byte_id!(
    /// 取り違え: names both halves of a fact that was moved from one person's record to another's.
    TransferId,
    16
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_reads_back_and_nothing_else_does() {
        let id = FactId(*b"0123456789abcdef");
        assert_eq!(FactId::from_hex(&id.to_string()), Some(id));
        for bad in ["", "00", "zz", "éé", &"0".repeat(31), &"+1".repeat(16)[..31]] {
            assert_eq!(FactId::from_hex(bad), None, "{bad:?}");
        }
    }
}
