//! The loop that all conversations share: what a session wants of storage, done.

use std::collections::VecDeque;

use uketsuke_domain::log::{Origin, Tip, Topic, Vector};

use crate::frame::Frame;
use crate::ingest::{Batch, Blame};
use crate::session::{Claimed, Closed, Output, PeerSession, Stretch};

/// Storage as a conversation sees it. Each call is one transaction of its own.
pub trait Replica {
    /// What can go wrong in storage.
    type Error;

    /// What is held of a topic.
    ///
    /// # Errors
    /// When the disk can't be read.
    fn vector(&mut self, topic: &Topic) -> Result<Vector, Self::Error>;

    /// Consecutive entries from a number on, about `max_bytes` of bodies; the last of them is signed.
    ///
    /// # Errors
    /// When the disk can't be read.
    fn entries(&mut self, topic: &Topic, origin: Origin, from: u64, max_bytes: usize) -> Result<Stretch, Self::Error>;

    /// Takes entries in and commits: all batches in one transaction, or each in its own. Answers what became of each, in
    /// their order.
    ///
    /// # Errors
    /// When the disk can't be written; then nothing was taken in of the batch that failed and those after it.
    fn ingest(&mut self, batches: Vec<Batch>) -> Result<Vec<Taken>, Self::Error>;
}

/// What became of a batch, after the commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The end of the chain now.
    pub tip: Option<Tip>,
    /// Entries that were new.
    pub added: u64,
    /// Why not all was taken.
    pub blame: Option<Blame>,
}

/// What is left for the owner of the line.
#[derive(Debug, Default)]
pub struct Performed {
    /// To be sent, in order.
    pub send: Vec<Frame>,
    /// The peer said who it is and waits for an answer.
    pub authorise: Option<Claimed>,
    /// The line is to be closed after sending.
    pub close: Option<Closed>,
    /// Chains that grew here.
    pub grown: Vec<(Topic, Origin, Tip)>,
    /// The peer holds more of this very writer than it has written.
    pub doubled: bool,
    /// Chains of which the two hold different entries.
    pub forked: Vec<(Topic, Origin)>,
}

/// Performs what a session wants of storage, until only the line's part is left.
///
/// # Errors
/// Storage's; the conversation should be given up then.
pub fn perform<R: Replica>(
    session: &mut PeerSession,
    outputs: Vec<Output>,
    replica: &mut R,
) -> Result<Performed, R::Error> {
    let mut done = Performed::default();
    let mut queue = VecDeque::from(outputs);
    let mut batches = Vec::new();
    loop {
        let Some(output) = queue.pop_front() else {
            // What came together is taken in together.
            if batches.is_empty() {
                return Ok(done);
            }
            queue.extend(take_in(session, std::mem::take(&mut batches), replica, &mut done.grown)?);
            continue;
        };
        match output {
            Output::Send(frame) => done.send.push(frame),
            Output::Authorise(claimed) => done.authorise = Some(claimed),
            Output::Close(why) => done.close = Some(why),
            Output::Doubled(topic) => {
                log::error!("{topic}: somebody else writes under this program's own name");
                done.doubled = true;
            }
            Output::Forked { topic, origin } => done.forked.push((topic, origin)),
            Output::ReadVector(topic) => {
                let vector = replica.vector(&topic)?;
                queue.extend(session.holds(&topic, vector));
            }
            Output::ReadEntries { topic, origin, from, max_bytes } => {
                let stretch = replica.entries(&topic, origin, from, max_bytes)?;
                queue.extend(session.entries(&topic, origin, stretch));
            }
            Output::Ingest(batch) => batches.push(batch),
        }
    }
}

fn take_in<R: Replica>(
    session: &mut PeerSession,
    batches: Vec<Batch>,
    replica: &mut R,
    grown: &mut Vec<(Topic, Origin, Tip)>,
) -> Result<Vec<Output>, R::Error> {
    let chains: Vec<(Topic, Origin)> = batches.iter().map(|batch| (batch.topic.clone(), batch.origin)).collect();
    let mut outputs = Vec::new();
    for ((topic, origin), taken) in chains.into_iter().zip(replica.ingest(batches)?) {
        if let Some(tip) = taken.tip.filter(|_| taken.added > 0) {
            grown.push((topic, origin, tip));
        }
        outputs.extend(session.ingested(taken.tip, taken.blame.as_ref()));
    }
    Ok(outputs)
}
