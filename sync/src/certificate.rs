//! The centre's leave for a device: signed once, shown to every peer, and at the head of every chain that it writes.
//!
//! With it two kiosks that never met believe one another in a room without internet. It names no person.

use minicbor::{Decode, Encode};
use uketsuke_domain::log::{Signature, Topic};

use crate::body::to_bytes;
use crate::identity::{Identity, verify};

/// What is signed begins with this, so that no other signature of the centre can be taken for a certificate.
const CONTEXT: &[u8] = b"uketsuke certificate 1\0";
/// Topics of a certificate at most.
const MAX_TOPICS: usize = 64;
/// The longest 端末名, in bytes.
const MAX_NAME: usize = 200;

/// What the centre says of a device.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Leave {
    /// The device's public key.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub key: [u8; 32],
    /// 端末名, as people call it.
    #[n(1)]
    pub name: String,
    /// What it may have.
    #[n(2)]
    pub topics: Vec<Topic>,
    /// Where it writes: one of them.
    #[n(3)]
    pub writes: Topic,
}

/// A [`Leave`] with the centre's signature. Whether it *is* the centre's is asked with [`Certificate::is_of`].
///
/// The bytes that were signed are kept as they came: a newer version's leave may say more than this one reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// What is said, as far as it is understood here.
    pub leave: Leave,
    signed: Vec<u8>,
    signature: Signature,
}

/// The encoded form.
#[derive(Encode, Decode)]
#[cbor(array)]
struct Wire {
    #[cbor(n(0), with = "minicbor::bytes")]
    signed: Vec<u8>,
    #[n(1)]
    signature: Signature,
}

impl<C> Encode<C> for Certificate {
    fn encode<W: minicbor::encode::Write>(
        &self,
        encoder: &mut minicbor::Encoder<W>,
        context: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        Wire { signed: self.signed.clone(), signature: self.signature }.encode(encoder, context)
    }
}

impl<'b, C> Decode<'b, C> for Certificate {
    fn decode(decoder: &mut minicbor::Decoder<'b>, context: &mut C) -> Result<Self, minicbor::decode::Error> {
        let Wire { signed, signature } = Wire::decode(decoder, context)?;
        Ok(Self { leave: minicbor::decode(&signed)?, signed, signature })
    }
}

impl Certificate {
    /// Signs a leave as the centre.
    pub fn sign(centre: &Identity, leave: Leave) -> Self {
        let signed = to_bytes(&leave);
        let signature = centre.sign(&message(&signed));
        Self { leave, signed, signature }
    }

    /// Whether it is this centre's, for this device.
    pub fn is_of(&self, centre: &[u8; 32], device: &[u8; 32]) -> bool {
        self.leave.key == *device
            && self.leave.topics.len() <= MAX_TOPICS
            && self.leave.name.len() <= MAX_NAME
            && self.leave.topics.contains(&self.leave.writes)
            && minicbor::decode::<Leave>(&self.signed).is_ok_and(|leave| leave == self.leave)
            && verify(centre, &message(&self.signed), &self.signature)
    }

    /// The bytes of a file.
    pub fn encode(&self) -> Vec<u8> {
        to_bytes(self)
    }

    /// Reads the bytes of a file.
    ///
    /// # Errors
    /// When it is none.
    pub fn decode(bytes: &[u8]) -> Result<Self, minicbor::decode::Error> {
        minicbor::decode(bytes)
    }
}

fn message(signed: &[u8]) -> Vec<u8> {
    [CONTEXT, signed].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uketsuke_domain::code::Municipality;

    #[test]
    fn only_the_centre_gives_leave_and_only_to_the_device_that_it_names() {
        let topic = Topic::municipality(Municipality::parse("132080").unwrap());
        let (centre, device) = (Identity::new(&[1; 32], 0), Identity::new(&[2; 32], 0));
        let leave =
            Leave { key: device.public_key(), name: "受付1".into(), topics: vec![topic.clone()], writes: topic };
        let given = Certificate::sign(&centre, leave.clone());
        let read = Certificate::decode(&given.encode()).unwrap();
        assert!(read.is_of(&centre.public_key(), &device.public_key()));
        assert!(!read.is_of(&centre.public_key(), &centre.public_key()), "another device");
        assert!(!read.is_of(&device.public_key(), &device.public_key()), "another centre");
        let taken = Certificate { leave: Leave { name: "受付2".into(), ..leave.clone() }, ..given };
        assert!(!taken.is_of(&centre.public_key(), &device.public_key()), "another name");
        let nowhere = Certificate::sign(&centre, Leave { topics: Vec::new(), ..leave });
        assert!(!nowhere.is_of(&centre.public_key(), &device.public_key()), "writes where it may not read");
    }
}
