//! Entries, topics, origins and vectors.

use std::collections::BTreeMap;
use std::fmt;

use minicbor::{Decode, Encode};
use serde::Serialize;

use crate::code::Municipality;
use crate::ids::{VenueNumber, byte_id};
use crate::record::DocumentId;

byte_id!(
    /// A SHA-256 digest.
    Digest32,
    32
);
byte_id!(
    /// An Ed25519 signature.
    Signature,
    64
);
byte_id!(
    /// Who wrote an entry: an Ed25519 public key (32 bytes) and an incarnation (8 random bytes). Each start of a program
    /// that writes is an incarnation of its own, so no copy of a disk can ever go on with a chain that went on elsewhere.
    Origin,
    40
);

impl Origin {
    /// The origin of a key's incarnation.
    pub fn new(key: [u8; 32], incarnation: u64) -> Self {
        let mut bytes = [0; 40];
        for (to, from) in bytes.iter_mut().zip(key.into_iter().chain(incarnation.to_be_bytes())) {
            *to = from;
        }
        Self(bytes)
    }

    /// The public key.
    pub fn key(&self) -> [u8; 32] {
        self.0.first_chunk().copied().unwrap_or_default()
    }

    /// Which of the key's writers it is.
    pub fn incarnation(&self) -> u64 {
        self.0.last_chunk().copied().map(u64::from_be_bytes).unwrap_or_default()
    }
}

/// What a replica subscribes to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Encode, Decode)]
#[cbor(transparent)]
pub struct Topic(#[n(0)] String);

impl Topic {
    /// The municipality's topic: settings, devices, accounts, and a card for every valid voucher.
    pub fn municipality(code: Municipality) -> Self {
        Self(format!("municipality/{code}"))
    }

    /// A venue's topic: the visit records of people with a booking or a visit there.
    pub fn venue(code: Municipality, venue: &VenueNumber) -> Self {
        Self(format!("venue/{code}/{venue}"))
    }

    /// The centre's own topic, which no kiosk subscribes to: records of people without a booking, and contacts.
    pub fn centre(code: Municipality) -> Self {
        Self(format!("centre/{code}"))
    }

    /// A topic by the name that `Display` writes. Any short text is a topic; whether it is served is another question.
    pub fn parse(text: &str) -> Option<Self> {
        (!text.is_empty() && text.len() <= 128).then(|| Self(text.to_owned()))
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What an entry's body is. Unknown kinds are kept and forwarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// One Automerge change of one document.
    Change,
    /// A card.
    Card,
    /// Another author's entry, brought into this topic by the centre.
    Carried,
    /// The first of each chain: who writes it, with whose leave, and which of the same key's chains came before.
    Began,
    /// The centre's word about the log itself: a device revoked, bodies erased, a topic closed.
    Control,
    /// A kind of a newer version.
    Unknown(u16),
}

impl EntryKind {
    /// The number on the wire.
    pub fn number(self) -> u16 {
        match self {
            Self::Change => 1,
            Self::Card => 2,
            Self::Carried => 3,
            Self::Began => 4,
            Self::Control => 5,
            Self::Unknown(number) => number,
        }
    }

    /// The kind of a number.
    pub fn from_number(number: u16) -> Self {
        match number {
            1 => Self::Change,
            2 => Self::Card,
            3 => Self::Carried,
            4 => Self::Began,
            5 => Self::Control,
            other => Self::Unknown(other),
        }
    }
}

/// An entry: a signed header, and a body that may be absent. Everything in the header that is not here (the previous
/// header's hash) is known from the entry before it.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// The topic.
    pub topic: Topic,
    /// Who wrote it.
    pub origin: Origin,
    /// Its place in the chain of (topic, origin), from 1.
    pub number: u64,
    /// What the body is.
    pub kind: EntryKind,
    /// SHA-256 of the body.
    pub body_hash: Digest32,
    /// The body's length in bytes.
    pub body_len: u32,
    /// SHA-256 of the whole header: what the next header names.
    pub header_hash: Digest32,
    /// The origin's signature of the header. None in the middle of a run: the chain binds it to the next signed entry.
    pub signature: Option<Signature>,
    /// The body, unless it is withheld, erased or not here yet.
    pub body: Option<Vec<u8>>,
}

impl fmt::Debug for Entry {
    /// Bodies hold personal data and stay out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{} of {} ({:?}, {} bytes)", self.topic, self.number, self.origin, self.kind, self.body_len)
    }
}

/// The end of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Tip {
    /// The highest number held; all before it are held as well.
    #[n(0)]
    pub number: u64,
    /// The hash of that header.
    #[n(1)]
    pub header_hash: Digest32,
}

/// What became of a body. One bad body stops nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyState {
    /// Its content is in the records.
    Applied,
    /// Stored, numbered and shown, never applied; with the reason.
    Held(String),
    /// A field edit that builds on field changes that are not here yet: tried again when its document grows.
    Waiting(DocumentId),
    /// The header came without it.
    Withheld,
    /// The centre had it erased: it is gone, and refused when it comes again.
    Erased,
}

/// What a replica holds of a topic: the end of each origin's chain.
pub type Vector = BTreeMap<Origin, Tip>;
