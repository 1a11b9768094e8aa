//! Records: documents of one person (or of one piece of the site), found by everyone at the same id.

use std::collections::{BTreeMap, BTreeSet};

use minicbor::{Decode, Encode};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::code::Voucher;
use crate::facts::{KnownFact, Source};
use crate::fold::Half;
use crate::ids::byte_id;
use crate::text::kana::SearchKey;
use crate::time::Day;

byte_id!(
    /// A document's id: a hash of what it is about, so that two devices that never met agree on it.
    DocumentId,
    16
);

/// What a document is about. Numbers are for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Encode, Decode)]
#[cbor(index_only)]
pub enum DocumentKind {
    /// A person's `visit` record: voucher, names, birth date, bookings, medical facts. Venues hold it.
    #[n(0)]
    Visit,
    /// A person's `contact` record: address, telephone, notes. Only the centre holds it.
    #[n(1)]
    Contact,
    /// 会場.
    #[n(2)]
    Venue,
    /// The slots of one venue on one day.
    #[n(3)]
    SlotDay,
    /// The doctors of the municipality.
    #[n(4)]
    Doctors,
    /// The lots of the municipality.
    #[n(5)]
    Lots,
    /// Staff accounts.
    #[n(6)]
    Accounts,
    /// The municipality's settings.
    #[n(7)]
    Settings,
    /// The devices that may write.
    #[n(8)]
    Devices,
}

impl DocumentId {
    /// The id of the document of this kind about this thing.
    pub fn of(kind: DocumentKind, about: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"uketsuke document 1\0");
        hash.update([kind as u8]);
        hash.update(about.as_bytes());
        let digest: [u8; 32] = hash.finalize().into();
        let [_, rest @ ..] = digest.first_chunk::<16>().copied().unwrap_or_default();
        let mut id = [kind as u8; 16];
        for (to, from) in id.iter_mut().skip(1).zip(rest) {
            *to = from;
        }
        Self(id)
    }

    /// Whether the id is of a document of this kind: its first byte says so. What may be written to a person's record
    /// can't be aimed at the settings.
    pub fn is_of(&self, kind: DocumentKind) -> bool {
        self.0.first() == Some(&(kind as u8))
    }

    /// What kind of document it is the id of; none for a kind of a newer version.
    pub fn kind(&self) -> Option<DocumentKind> {
        minicbor::decode(self.0.get(..1)?).ok()
    }

    /// The id of a person's `visit` record.
    pub fn visit(voucher: &Voucher) -> Self {
        Self::of(DocumentKind::Visit, &voucher.to_string())
    }
}

/// Names of the root keys of a document: `p/<field>`.
pub mod field {
    /// 自治体番号 + 券番号, as [`crate::code::Voucher`] prints it. A visit record without it is not yet whole.
    pub const VOUCHER: &str = "voucher";
    /// 生年月日, `2021-03-22`.
    pub const BIRTH: &str = "birth";
    /// 氏名（漢字）.
    pub const NAME: &str = "name";
    /// 氏名（カナ）.
    pub const KANA: &str = "kana";
    /// クーポンあり (`1`) or なし (`0`).
    pub const COUPON: &str = "coupon";
    /// 接種対象区分.
    pub const CLASS: &str = "class";
    /// `1` once the centre's record of the person is here. Only the centre writes it: a name that a door took down is no
    /// history.
    pub const HISTORY: &str = "history";
    /// Set once the voucher was deleted at the centre: the day of it, or `1` where the day is not known.
    pub const DELETED: &str = "deleted";
    /// `1` when the residents' booking site is closed to this voucher. At the door it changes nothing.
    pub const BARRED: &str = "barred";
}

/// The value of a field: text, or bytes that belong to the document's kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Encode, Decode)]
pub enum Value {
    /// Text.
    #[n(0)]
    Text(#[n(0)] String),
    /// Encoded content.
    #[n(1)]
    Bytes(#[cbor(n(0), with = "minicbor::bytes")] Vec<u8>),
}

impl Value {
    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Bytes(_) => None,
        }
    }

    /// The bytes, if it is encoded content.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Text(_) => None,
        }
    }
}

/// The fields of a document. More than one value means that two people edited without knowing of each other; the
/// first in order stands until somebody picks.
pub type Fields = BTreeMap<String, Vec<Value>>;

/// A person's record as it was read: fields and facts, not yet folded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawRecord {
    /// `p/…`.
    pub fields: Fields,
    /// `f/…`.
    pub facts: Vec<KnownFact>,
    /// 取り違え: the halves that hold in other records and name this one ([`crate::fold::Folded::halves`] says which do).
    /// `other` is here the record that holds the half. Storage looks them up; without it every half is a review.
    pub met: BTreeSet<Half>,
    /// The records of the same person's other numbers, joined by 券の再発行. They stay apart, and doses are compared across
    /// them. Storage looks them up; theirs are empty here.
    pub kin: BTreeMap<DocumentId, RawRecord>,
    /// The centre had everything of the person erased: what is here came after that.
    pub erased: bool,
}

impl RawRecord {
    /// The records of the other numbers, each beside all the others: the person as seen from there.
    pub fn seen_from_kin(&self) -> impl Iterator<Item = RawRecord> {
        let beside = move |of: &DocumentId| {
            let own = self.voucher().map(|voucher| (DocumentId::visit(&voucher), self));
            let others = self.kin.iter().filter(|(id, _)| *id != of).map(|(id, record)| (*id, record));
            let alone = |record: &RawRecord| RawRecord { kin: BTreeMap::new(), ..record.clone() };
            own.into_iter().chain(others).map(|(id, record)| (id, alone(record))).collect()
        };
        self.kin.iter().map(move |(id, record)| RawRecord { kin: beside(id), ..record.clone() })
    }

    /// Whether nothing at all is held about this person.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.facts.is_empty()
    }

    /// Whether the person's history is here: what the centre knew when it last sent the record. A kiosk that takes in
    /// somebody whose record is elsewhere writes facts and fields of its own: that is a record, and no history.
    pub fn has_history(&self) -> bool {
        self.text(field::HISTORY).is_some() || self.facts.iter().any(|known| known.fact.stamp.source == Source::Import)
    }

    /// The standing text of a field.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.fields.get(name)?.first()?.as_text().filter(|text| !text.is_empty())
    }

    /// 自治体番号 + 券番号; none while the record is not yet whole.
    pub fn voucher(&self) -> Option<Voucher> {
        self.text(field::VOUCHER).and_then(Voucher::parse)
    }

    /// Whether the voucher was deleted at the centre.
    pub fn is_deleted(&self) -> bool {
        self.text(field::DELETED).is_some_and(|text| text != "0")
    }

    /// The day on which the voucher was deleted, where it is known.
    pub fn deleted_on(&self) -> Option<Day> {
        self.text(field::DELETED).and_then(Day::parse)
    }

    /// What the person's name is compared by: the kana, or else the kanji; none when no name is on record.
    pub fn name_key(&self) -> Option<SearchKey> {
        SearchKey::of_person(self.text(field::KANA), self.text(field::NAME))
    }

    /// 生年月日.
    pub fn birth(&self) -> Option<Day> {
        self.text(field::BIRTH).and_then(Day::parse)
    }
}
