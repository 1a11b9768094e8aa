//! Bodies of entries. Each begins with a salt, so that its hash tells nothing about a guessed content.

use minicbor::{Decode, Encode};
use uketsuke_domain::log::{Digest32, EntryKind, Origin, Signature, Topic};
use uketsuke_domain::record::{DocumentId, DocumentKind};
use uketsuke_domain::reference::CardKeyed;

/// Sixteen random bytes.
pub type Salt = [u8; 16];

/// One change of one document.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ChangeBody {
    /// Random.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub salt: Salt,
    /// The document's kind.
    #[n(1)]
    pub kind: DocumentKind,
    /// The document.
    #[n(2)]
    pub document: DocumentId,
    /// The Automerge change, uncompressed.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub change: Vec<u8>,
}

/// A card.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct CardBody {
    /// Random.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub salt: Salt,
    /// The card with its key.
    #[n(1)]
    pub card: CardKeyed,
}

/// Another author's entry, whole, with its signature: the author stays the author.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct CarriedBody {
    /// Random.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub salt: Salt,
    /// The topic that it was written in.
    #[n(1)]
    pub topic: Topic,
    /// Its author.
    #[n(2)]
    pub origin: Origin,
    /// Its number there.
    #[n(3)]
    pub number: u64,
    /// The hash of the author's header before it; none for the first.
    #[n(4)]
    pub previous: Option<Digest32>,
    /// The kind's number.
    #[n(5)]
    pub kind: u16,
    /// The author's signature.
    #[n(6)]
    pub signature: Signature,
    /// The original body.
    #[cbor(n(7), with = "minicbor::bytes")]
    pub body: Vec<u8>,
}

/// A body, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnyBody {
    /// One change of one document.
    Change(ChangeBody),
    /// A card.
    Card(CardBody),
    /// Another author's entry.
    Carried(CarriedBody),
    /// Of a kind that this version does not know: kept and forwarded.
    Unknown,
}

impl AnyBody {
    /// Reads a body of a kind.
    ///
    /// # Errors
    /// When the kind is known and the bytes are not its body.
    pub fn decode(kind: EntryKind, bytes: &[u8]) -> Result<Self, minicbor::decode::Error> {
        Ok(match kind {
            EntryKind::Change => Self::Change(minicbor::decode(bytes)?),
            EntryKind::Card => Self::Card(minicbor::decode(bytes)?),
            EntryKind::Carried => Self::Carried(minicbor::decode(bytes)?),
            EntryKind::Unknown(_) => Self::Unknown,
        })
    }
}

/// Encodes into memory, which cannot fail.
pub(crate) fn to_bytes<T: Encode<()>>(value: &T) -> Vec<u8> {
    minicbor::to_vec(value).unwrap_or_default()
}
