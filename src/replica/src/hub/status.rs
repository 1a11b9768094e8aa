//! What staff need to know of the lines.

use uketsuke_domain::log::{Storage, Topic};

use super::Hub;
use crate::ReplicaError;

/// One line, as far as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineStatus {
    /// Whose key is at the other end.
    pub peer: [u8; 32],
    /// 端末名; none for the centre, and before the peer has shown its leave.
    pub name: Option<String>,
    /// The conversation is open.
    pub open: bool,
    /// Entries held here and entries that the peer has; none until it has told.
    pub progress: Option<(u64, u64)>,
    /// The peer's wall clock less this one's, in milliseconds.
    pub clock_off_ms: i64,
}

impl<S: Storage> Hub<S> {
    /// All lines.
    pub fn status(&self) -> Vec<LineStatus> {
        let status = |line: &super::Line| LineStatus {
            peer: line.session.peer(),
            name: line.name.clone(),
            open: line.session.is_open(),
            progress: line.session.progress(),
            clock_off_ms: line.session.clock_off_ms(),
        };
        self.lines.values().filter(|line| !line.closed).map(status).collect()
    }

    /// Whether a line's conversation is open.
    pub fn is_open(&self, line: super::LineId) -> bool {
        self.lines.get(&line).is_some_and(|line| line.session.is_open())
    }

    /// How many own entries of a topic, of all starts of this device, the centre is not known to hold.
    ///
    /// # Errors
    /// Storage's.
    pub fn unsent(&self, topic: &Topic) -> Result<u64, ReplicaError<S::Error>> {
        let own = self.node.identity.public_key();
        let centre = self.node.centre;
        let open = self.lines.values().find(|line| line.session.peer() == centre && line.session.is_open());
        let told = open.and_then(|line| line.session.confirmed(topic)).map(Iterator::collect);
        let held: std::collections::BTreeMap<_, u64> = match told {
            Some(told) => told,
            None => self.node.storage.confirmed(&centre, topic)?.into_iter().collect(),
        };
        let vector = self.node.storage.vector(topic)?;
        let unsent = vector.iter().filter(|(origin, _)| origin.key() == own).map(|(origin, tip)| {
            // The first entry of a chain only says who writes it.
            tip.number.saturating_sub(held.get(origin).copied().unwrap_or_default().max(1))
        });
        Ok(unsent.sum())
    }
}
