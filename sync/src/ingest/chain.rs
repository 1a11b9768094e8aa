//! What is an entry of its origin: the chain, the signatures, and leave to write.

use std::collections::BTreeSet;

use uketsuke_domain::log::{Digest32, Entry, EntryKind, Fork, Log, Tip, Topic};

use super::{Batch, Blame, IngestError, Ingested, apply};
use crate::body::{AnyBody, BeganBody};
use crate::entry::{BadEntry, Claim, Unsigned, read};
use crate::signatures;

/// Chains of one device in a topic: a start of its program each. More is no device that anybody starts.
const MAX_CHAINS_OF_KEY: u64 = 4096;

/// Claims whose signatures are checked together: so many at most are checked in vain after a bad one.
const BLOCK: usize = 512;

/// Takes in a batch.
///
/// Answers what became of it and, when not all was taken in, why; what came before that is kept.
///
/// # Errors
/// [`IngestError`] when storage fails; then the transaction must be rolled back.
pub fn ingest<L: Log>(log: &mut L, batch: Batch) -> Result<(Ingested, Option<Blame>), IngestError<L::Error>> {
    let mut done = Ingested::default();
    if batch.first == 0 || batch.after.is_some() != (batch.first > 1) {
        // Entries are numbered from 1, and each further one follows another: nobody signed this.
        return Ok((done, Some(Blame::BadEntry { number: batch.first, why: BadEntry::Signature })));
    }
    let held = log.tip(&batch.topic, &batch.origin).map_err(IngestError::Log)?.map_or(0, |tip| tip.number);
    if batch.first > held.saturating_add(1) {
        return Ok((done, Some(Blame::Gap { first: batch.first, held })));
    }
    let mut walk = Walk::begin(log, &batch)?;
    let mut claims = batch.claims.into_iter();
    while claims.len() > 0 {
        if let Err(blame) = walk.block(log, claims.by_ref().take(BLOCK), &mut done)? {
            return Ok((done, Some(blame)));
        }
    }
    // A run whose end did not come proves nothing.
    let cut = walk.run.first().filter(|_| walk.forked.is_none());
    let blame = cut.map(|open| Blame::BadEntry { number: open.entry.number, why: BadEntry::Signature });
    Ok((done, blame.or(walk.forked.map(|number| Blame::Clone { number }))))
}

/// A walk along a chain as the peer tells it.
struct Walk {
    topic: Topic,
    origin: uketsuke_domain::log::Origin,
    /// The end of the chain as it was told so far.
    told: Option<Tip>,
    /// The last number held here.
    held: u64,
    /// Whether all told so far is what is held here.
    same: bool,
    /// New entries whose signature is further on.
    run: Vec<Unsigned>,
    /// Numbers of this block whose signatures are the origin's.
    proven: BTreeSet<u64>,
    /// The first entry of another way that the chain went.
    forked: Option<u64>,
}

impl Walk {
    fn begin<L: Log>(log: &mut L, batch: &Batch) -> Result<Self, IngestError<L::Error>> {
        let before = batch.first.saturating_sub(1);
        let held = log.tip(&batch.topic, &batch.origin).map_err(IngestError::Log)?.map_or(0, |tip| tip.number);
        let ours = match before {
            0 => None,
            number => log.header_hash(&batch.topic, &batch.origin, number).map_err(IngestError::Log)?,
        };
        let told = batch.after.map(|header_hash| Tip { number: before, header_hash });
        // What was archived here can't be compared until its end.
        let is_dropped = ours.is_none() && before > 0 && before < held;
        let same = is_dropped || told.map(|tip| tip.header_hash) == ours;
        let (topic, origin) = (batch.topic.clone(), batch.origin);
        Ok(Self { topic, origin, told, held, same, run: Vec::new(), proven: BTreeSet::new(), forked: None })
    }

    /// Consecutive claims: read first, then their signatures, then each in its turn.
    fn block<L: Log>(
        &mut self,
        log: &mut L,
        claims: impl Iterator<Item = Claim>,
        done: &mut Ingested,
    ) -> Result<Result<(), Blame>, IngestError<L::Error>> {
        let mut told = Vec::new();
        let mut bad = Ok(());
        for claim in claims {
            match read(&self.topic, self.origin, self.told, claim) {
                Ok(next) => {
                    self.told = Some(Tip { number: next.entry.number, header_hash: next.entry.header_hash });
                    told.push(next);
                }
                Err(why) => {
                    bad = Err(Blame::BadEntry { number: crate::entry::next_number(self.told), why });
                    break;
                }
            }
        }
        self.prove(&told);
        for next in told {
            if let Err(blame) = self.step(log, next, done)? {
                return Ok(Err(blame));
            }
        }
        Ok(bad)
    }

    /// Checks the signatures of what is new here. What is held already is known by its hash, or else is looked at alone.
    fn prove(&mut self, told: &[Unsigned]) {
        let new = told.iter().filter(|next| next.entry.number > self.held);
        let with_signature = |next| Some((next, Unsigned::signed(next)?));
        let (entries, signed): (Vec<&Unsigned>, Vec<_>) = new.filter_map(with_signature).unzip();
        let answers = signatures::check(&self.origin.key(), &signed);
        let proven = entries.iter().zip(answers).filter(|(_, is_signed)| *is_signed);
        self.proven = proven.map(|(next, _)| next.entry.number).collect();
    }

    /// One entry as it was told.
    fn step<L: Log>(
        &mut self,
        log: &mut L,
        next: Unsigned,
        done: &mut Ingested,
    ) -> Result<Result<(), Blame>, IngestError<L::Error>> {
        let number = next.entry.number;
        if self.same && number <= self.held {
            match self.hash_here(log, number)? {
                // Archived here: whether it is the same chain shows at its end.
                None if number < self.held => {
                    done.known += 1;
                    return Ok(Ok(()));
                }
                // The same header is the same entry, whoever signed what.
                Some(here) if here == next.entry.header_hash => {
                    done.known += 1;
                    return Ok(Ok(()));
                }
                _ => self.same = false,
            }
        }
        let is_signed = next.entry.signature.is_some();
        self.run.push(next);
        if !is_signed {
            return Ok(Ok(()));
        }
        self.close_run(log, done)
    }

    fn hash_here<L: Log>(&self, log: &mut L, number: u64) -> Result<Option<Digest32>, IngestError<L::Error>> {
        log.header_hash(&self.topic, &self.origin, number).map_err(IngestError::Log)
    }

    /// The last entry of the run has a signature: all of it is its origin's, or nothing.
    fn close_run<L: Log>(
        &mut self,
        log: &mut L,
        done: &mut Ingested,
    ) -> Result<Result<(), Blame>, IngestError<L::Error>> {
        let run = std::mem::take(&mut self.run);
        let number = run.first().map_or(0, |open| open.entry.number);
        let is_proven = |last: &Unsigned| self.proven.contains(&last.entry.number) || last.is_signed();
        if !run.last().is_some_and(is_proven) {
            return Ok(Err(Blame::BadEntry { number, why: BadEntry::Signature }));
        }
        if !self.same {
            return self.keep_fork(log, run, number);
        }
        for Unsigned { entry, .. } in run {
            if entry.number == 1
                && let Err(why) = may_begin(log, &entry)?
            {
                return Ok(Err(Blame::BadEntry { number: 1, why }));
            }
            apply::take(log, &entry, done)?;
        }
        Ok(Ok(()))
    }

    /// The chain went on twice. What is held stays; the other way is kept beside it.
    fn keep_fork<L: Log>(
        &mut self,
        log: &mut L,
        run: Vec<Unsigned>,
        number: u64,
    ) -> Result<Result<(), Blame>, IngestError<L::Error>> {
        // What went before the first is told by the one after it, all of it under one signature.
        let mut before = None;
        for Unsigned { entry, header } in run {
            let previous = match before.replace(entry.header_hash) {
                Some(hash) => hash,
                None => crate::entry::previous_of(&header),
            };
            let entry = apply::without_erased(log, entry)?;
            log.put_fork(&Fork { entry, previous }).map_err(IngestError::Log)?;
        }
        if self.forked.is_none() {
            log::error!("{} writes in {} under one name on two disks: entry {number}", self.origin, self.topic);
            self.forked = Some(number);
        }
        Ok(Ok(()))
    }
}

/// Whether the first entry of a chain shows the centre's leave to write in its topic. Where no centre is known (tests of
/// replication itself) everybody may.
fn may_begin<L: Log>(log: &mut L, entry: &Entry) -> Result<Result<(), BadEntry>, IngestError<L::Error>> {
    let Some(centre) = log.centre() else { return Ok(Ok(())) };
    let key = entry.origin.key();
    let began = match &entry.body {
        Some(body) if entry.kind == EntryKind::Began => AnyBody::decode(entry.kind, body).ok(),
        _ => None,
    };
    let Some(AnyBody::Began(BeganBody { certificate, .. })) = began else { return Ok(Err(BadEntry::NoLeave)) };
    let has_leave = certificate.is_some_and(|given| given.is_of(&centre, &key) && given.leave.writes == entry.topic);
    if key != centre && !has_leave {
        return Ok(Err(BadEntry::NoLeave));
    }
    let chains = log.chains_of_key(&entry.topic, &key).map_err(IngestError::Log)?;
    Ok(if key != centre && chains >= MAX_CHAINS_OF_KEY { Err(BadEntry::NoLeave) } else { Ok(()) })
}
