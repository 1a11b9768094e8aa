//! Cards: for every valid voucher the least that a door must know of a person whose record is elsewhere.
//!
//! A card is nameless, and its key is a keyed digest of the number: whoever finds the cards without the municipality's
//! key learns nobody's number. Only the centre writes them.

use hmac::{Hmac, KeyInit, Mac};
use minicbor::{Decode, Encode};
use serde::Serialize;
use sha2::Sha256;

use crate::code::Voucher;
use crate::ids::{ProductId, VenueNumber, byte_id};
use crate::time::Day;

byte_id!(
    /// The keyed digest of a voucher.
    CardKey,
    16
);

/// A card with its key: the body of one entry of the municipality's topic.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct CardKeyed {
    /// The keyed digest.
    #[n(0)]
    pub key: CardKey,
    /// The card.
    #[n(1)]
    pub card: Card,
    /// One more than that of the card before it.
    #[n(2)]
    pub version: u64,
}

/// The least that a door must know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Encode, Decode)]
pub struct Card {
    /// 生年月日.
    #[n(0)]
    pub birth: Option<Day>,
    /// Doses that count, oldest first.
    #[n(1)]
    pub doses: Vec<CardDose>,
    /// Bookings whose outcome is open: venue and day, earliest first.
    #[n(2)]
    pub bookings: Vec<(VenueNumber, Day)>,
    /// The voucher was deleted.
    #[n(3)]
    pub deleted: bool,
    /// The last four digits of the number that took this one's place.
    #[n(4)]
    pub replaced_by: Option<String>,
}

/// A dose on a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Encode, Decode)]
pub struct CardDose {
    /// 1回目, 2回目, …
    #[n(0)]
    pub dose: u8,
    /// Which vaccine.
    #[n(1)]
    pub product: Option<ProductId>,
    /// The day.
    #[n(2)]
    pub day: Day,
}

impl CardKey {
    /// The key of a voucher's card, under the municipality's secret.
    pub fn of(secret: &[u8; 32], voucher: &Voucher) -> Self {
        // An HMAC takes a key of any length, so this cannot fail.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return Self([0; 16]) };
        mac.update(b"uketsuke card 1\0");
        mac.update(voucher.to_string().as_bytes());
        let digest: [u8; 32] = mac.finalize().into_bytes().into();
        Self(digest.first_chunk::<16>().copied().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::{Municipality, VoucherNumber};

    #[test]
    fn another_secret_or_number_gives_another_key() {
        let municipality = Municipality::parse("132080").unwrap();
        let voucher = |number| Voucher { municipality, number: VoucherNumber::parse(number).unwrap() };
        let key = CardKey::of(&[1; 32], &voucher("1111111113"));
        assert_eq!(key, CardKey::of(&[1; 32], &voucher("1111111113")));
        assert_ne!(key, CardKey::of(&[2; 32], &voucher("1111111113")));
        assert_ne!(key, CardKey::of(&[1; 32], &voucher("1111111112")));
    }
}
