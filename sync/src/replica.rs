//! The loop that both sides share: what a session wants of storage, done.

use std::collections::VecDeque;

use uketsuke_domain::log::{Entry, Origin, Topic, Vector};

use crate::entry::Claim;
use crate::frame::Frame;
use crate::ingest::Blame;
use crate::session::{Closed, Output, PeerSession};

/// Storage as a conversation sees it. Each call is one transaction of its own.
pub trait Replica {
    /// What can go wrong in storage.
    type Error;

    /// What is held of a topic.
    ///
    /// # Errors
    /// When the disk can't be read.
    fn vector(&mut self, topic: &Topic) -> Result<Vector, Self::Error>;

    /// Consecutive entries from a number on, about `max_bytes` of bodies.
    ///
    /// # Errors
    /// When the disk can't be read.
    fn entries(
        &mut self,
        topic: &Topic,
        origin: Origin,
        from: u64,
        max_bytes: usize,
    ) -> Result<Vec<Entry>, Self::Error>;

    /// Takes entries in and commits. Answers whom to blame, if somebody is.
    ///
    /// # Errors
    /// When the disk can't be written; then nothing was taken in.
    fn ingest(
        &mut self,
        topic: &Topic,
        origin: Origin,
        first: u64,
        claims: Vec<Claim>,
    ) -> Result<Option<Blame>, Self::Error>;
}

/// What is left for the owner of the line.
#[derive(Debug, Default)]
pub struct Performed {
    /// To be sent, in order.
    pub send: Vec<Frame>,
    /// The peer proved who it is and waits for an answer.
    pub authorise: Option<(Origin, Vec<Topic>)>,
    /// The line is to be closed after sending.
    pub close: Option<Closed>,
    /// Something was taken in.
    pub ingested: bool,
    /// The peer holds more of an own origin than is held here.
    pub restored: bool,
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
    while let Some(output) = queue.pop_front() {
        match output {
            Output::Send(frame) => done.send.push(frame),
            Output::Authorise { device, topics } => done.authorise = Some((device, topics)),
            Output::Close(why) => done.close = Some(why),
            Output::Restored(topic) => {
                log::error!("the other side holds more of this device's own entries of {topic} than this device does");
                done.restored = true;
            }
            Output::ReadVector(topic) => {
                let vector = replica.vector(&topic)?;
                queue.extend(session.holds(&topic, vector));
            }
            Output::ReadEntries { topic, origin, from, max_bytes } => {
                let entries = replica.entries(&topic, origin, from, max_bytes)?;
                queue.extend(session.entries(&topic, origin, entries));
            }
            Output::Ingest { topic, origin, first, claims } => {
                let blame = replica.ingest(&topic, origin, first, claims)?;
                done.ingested = true;
                let vector = replica.vector(&topic)?;
                queue.extend(session.ingested(&topic, vector, blame));
            }
        }
    }
    Ok(done)
}
