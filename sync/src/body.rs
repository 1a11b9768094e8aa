//! Bodies of entries. What could be guessed begins with a salt, so that its hash tells nothing of it; a change needs
//! none, for its actor cannot be guessed.

use minicbor::{Decode, Encode};
use uketsuke_domain::log::{Control, Digest32, EntryKind, Origin, Signature, Tip, Topic};
use uketsuke_domain::record::{DocumentId, DocumentKind};
use uketsuke_domain::reference::CardKeyed;

use crate::certificate::Certificate;

/// Sixteen bytes that nobody can foresee.
pub type Salt = [u8; 16];

/// One change of one document.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ChangeBody {
    /// The document's kind.
    #[n(0)]
    pub kind: DocumentKind,
    /// The document.
    #[n(1)]
    pub document: DocumentId,
    /// The Automerge change, uncompressed.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub change: Vec<u8>,
}

/// A card.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct CardBody {
    /// Against guessing.
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
    /// The topic that it was written in.
    #[n(0)]
    pub topic: Topic,
    /// Its author.
    #[n(1)]
    pub origin: Origin,
    /// Its number there.
    #[n(2)]
    pub number: u64,
    /// The hash of the author's header before it; none for the first.
    #[n(3)]
    pub previous: Option<Digest32>,
    /// The kind's number.
    #[n(4)]
    pub kind: u16,
    /// The author's signature.
    #[n(5)]
    pub signature: Signature,
    /// The original body.
    #[cbor(n(6), with = "minicbor::bytes")]
    pub body: Vec<u8>,
}

/// The first entry of a chain.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct BeganBody {
    /// The centre's leave; the centre has none.
    #[n(0)]
    pub certificate: Option<Certificate>,
    /// The chain of the same key that this writer knew as the newest, and its end: whoever holds more of it knows that the
    /// writer's disk was put back, and two chains after one end are two disks.
    #[n(1)]
    pub after: Option<(Origin, Tip)>,
}

/// The centre's word about the log.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ControlBody {
    /// Against guessing.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub salt: Salt,
    /// The word.
    #[n(1)]
    pub control: Control,
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
    /// The beginning of a chain.
    Began(BeganBody),
    /// The centre's word about the log.
    Control(ControlBody),
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
            EntryKind::Began => Self::Began(minicbor::decode(bytes)?),
            EntryKind::Control => Self::Control(minicbor::decode(bytes)?),
            EntryKind::Unknown(_) => Self::Unknown,
        })
    }
}

/// Encodes into memory, which cannot fail.
pub(crate) fn to_bytes<T: Encode<()>>(value: &T) -> Vec<u8> {
    minicbor::to_vec(value).unwrap_or_default()
}
