//! Checks many signatures of one origin: the most costly part of taking entries in, and the only one that needs nothing
//! but the bytes. So it is shared among the processor's cores; the answer is the same however many there are.

use std::num::NonZeroUsize;
use std::thread;

use ed25519_dalek::VerifyingKey;
use uketsuke_domain::log::Signature;

/// Signatures that are worth a thread: some milliseconds.
const WORTH_A_THREAD: usize = 64;
/// Threads at most: the rest of the program goes on.
const MOST_THREADS: usize = 4;

/// A message and what is said to be its signature.
pub(crate) type Signed<'a> = (&'a [u8], &'a Signature);

/// Which of the signatures are the key's. Strict, as [`crate::identity::verify`].
pub(crate) fn check(key: &[u8; 32], signed: &[Signed<'_>]) -> Vec<bool> {
    let Ok(key) = VerifyingKey::from_bytes(key) else { return vec![false; signed.len()] };
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let threads = (signed.len() / WORTH_A_THREAD).clamp(1, cores.min(MOST_THREADS));
    let mut parts = signed.chunks(signed.len().div_ceil(threads).max(1));
    let Some(ours) = parts.next() else { return Vec::new() };
    thread::scope(|scope| {
        let spawn = |part| (part, thread::Builder::new().spawn_scoped(scope, move || each(&key, part)));
        let others: Vec<_> = parts.map(spawn).collect();
        let mut answers = each(&key, ours);
        for (part, thread) in others {
            // A machine that gives no more threads gives the same answer, later.
            let theirs = thread.ok().and_then(|thread| thread.join().ok());
            answers.extend(theirs.unwrap_or_else(|| each(&key, part)));
        }
        answers
    })
}

fn each(key: &VerifyingKey, signed: &[Signed<'_>]) -> Vec<bool> {
    let is_signed = |(message, signature): &Signed<'_>| {
        key.verify_strict(message, &ed25519_dalek::Signature::from_bytes(&signature.0)).is_ok()
    };
    signed.iter().map(is_signed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Identity;

    #[test]
    fn each_answer_is_its_own_signatures() {
        let identity = Identity::new(&[7; 32], 0);
        for count in [0, 1, WORTH_A_THREAD - 1, 2 * WORTH_A_THREAD, 5 * WORTH_A_THREAD + 3] {
            let messages: Vec<[u8; 8]> = (0..count as u64).map(u64::to_be_bytes).collect();
            let mut signatures: Vec<Signature> = messages.iter().map(|message| identity.sign(message)).collect();
            let is_bad = |place: usize| place % 7 == 3 || place + 1 == count;
            for (place, signature) in signatures.iter_mut().enumerate() {
                signature.0[5] ^= u8::from(is_bad(place));
            }
            let signed: Vec<Signed<'_>> = messages.iter().map(|message| &message[..]).zip(&signatures).collect();
            let expected: Vec<bool> = (0..count).map(|place| !is_bad(place)).collect();
            assert_eq!(check(&identity.public_key(), &signed), expected);
            assert_eq!(check(&[2; 32], &signed), vec![false; count], "no key at all, or somebody else's");
        }
    }
}
