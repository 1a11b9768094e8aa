//! 接種券: a number that is unique only together with its municipality.

use std::fmt;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::Municipality;

/// 券番号: ten digits, without any check digit of its own. Leading zeros count.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct VoucherNumber(#[cbor(n(0), with = "minicbor::bytes")] [u8; 10]);

impl VoucherNumber {
    /// Reads exactly ten ASCII digits.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: [u8; 10] = text.as_bytes().try_into().ok()?;
        digits.iter().all(u8::is_ascii_digit).then_some(Self(digits))
    }

    /// The ten digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The last four digits: enough to tell people apart by voice without saying the number.
    pub fn last_four(&self) -> &str {
        self.as_str().get(6..).unwrap_or_default()
    }
}

impl fmt::Display for VoucherNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for VoucherNumber {
    /// Numbers of people stay out of logs: only the last four digits are shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "······{}", self.last_four())
    }
}

impl Serialize for VoucherNumber {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for VoucherNumber {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("a 券番号 has ten digits"))
    }
}

/// The key of a person's record: who issued the voucher, and its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode)]
pub struct Voucher {
    /// The municipality that issued it.
    #[n(0)]
    pub municipality: Municipality,
    /// Its number, unique within that municipality.
    #[n(1)]
    pub number: VoucherNumber,
}

impl Voucher {
    /// Reads the form that `Display` writes, `132080-1111111113`; none when it is another text.
    pub fn parse(text: &str) -> Option<Self> {
        let (municipality, number) = text.split_once('-')?;
        Some(Self { municipality: Municipality::parse(municipality).ok()?, number: VoucherNumber::parse(number)? })
    }
}

impl fmt::Display for Voucher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.municipality, self.number)
    }
}

/// The two digits in front of the 18-digit code. Their meaning is configuration: no public source defines it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StickerDigits {
    /// 券種: what the sticker is for, 0–9. An unknown value never blocks.
    pub kind: u8,
    /// 回数: the dose that the sticker belongs to, 0–9.
    pub dose: u8,
}

/// What a voucher's code says, before anyone asked whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Coupon {
    /// The short bar code: the number alone. The municipality is understood, not read.
    Number(VoucherNumber),
    /// The OCR line and the QR code: 券種, 回数, municipality and number.
    Full {
        /// The two leading digits.
        sticker: StickerDigits,
        /// Municipality and number.
        voucher: Voucher,
    },
}

impl Coupon {
    /// The voucher, taking `own` for the municipality when the code does not say.
    pub fn voucher(&self, own: Municipality) -> Voucher {
        match *self {
            Self::Number(number) => Voucher { municipality: own, number },
            Self::Full { voucher, .. } => voucher,
        }
    }

    /// The two leading digits, where the code has them.
    pub fn sticker(&self) -> Option<StickerDigits> {
        match *self {
            Self::Number(_) => None,
            Self::Full { sticker, .. } => Some(sticker),
        }
    }
}
