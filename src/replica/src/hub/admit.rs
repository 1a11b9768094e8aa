//! Who may speak, and about what.

use std::collections::BTreeSet;

use uketsuke_domain::log::{ControlKind, IncidentKind, Storage, Topic};
use uketsuke_sync::frame::Refusal;
use uketsuke_sync::session::{Claimed, Output};

use super::{CLOCK_OFF_MS, Hub, LineId, Out};
use crate::{ReplicaError, Role};

impl<S: Storage> Hub<S> {
    /// Answers a peer that said who it is.
    pub(super) fn admit(&mut self, line: LineId, claimed: &Claimed) -> Result<Vec<Output>, ReplicaError<S::Error>> {
        let peer = claimed.device.key();
        if claimed.clock_off_ms.unsigned_abs() > CLOCK_OFF_MS {
            // Nothing is refused for it: facts carry what puts their times right.
            let detail = format!("{} s off", claimed.clock_off_ms / 1000);
            self.note(IncidentKind::ClockOff, peer, "", &detail)?;
        }
        let allowed = self.allowed(&peer, claimed)?;
        let name = claimed.certificate.as_ref().map(|given| given.leave.name.clone());
        if let Some(of) = self.lines.get_mut(&line) {
            of.device = Some(claimed.device);
        }
        let spare = allowed.as_ref().and_then(|_| self.spare(line, &peer));
        if spare == Some(line) {
            return Ok(self.refuse(line, Refusal::Twice));
        }
        if let Some(spare) = spare {
            // The older line may be half dead: this one takes its place.
            if let Some(of) = self.lines.get_mut(&spare) {
                of.closed = true;
            }
            self.spare.push(spare);
        }
        let Some(of) = self.lines.get_mut(&line) else { return Ok(Vec::new()) };
        of.name = name;
        Ok(match allowed {
            Some(topics) => of.session.authorised(&topics),
            None => of.session.refuse(Refusal::NotEnrolled),
        })
    }

    /// Ends the conversations with those whose leave was taken back while they were open.
    pub(super) fn shut_out(&mut self) -> Result<Vec<Out>, ReplicaError<S::Error>> {
        let mut out = Vec::new();
        let open = self.lines.iter().filter(|(_, of)| of.session.is_open() && of.session.peer() != self.node.centre);
        let open: Vec<(LineId, [u8; 32])> = open.map(|(line, of)| (*line, of.session.peer())).collect();
        for (line, peer) in open {
            if self.node.storage.control(ControlKind::Revoked, &peer)?.is_some() {
                let outputs = self.refuse(line, Refusal::NotEnrolled);
                out.extend(self.act(line, outputs)?);
            }
        }
        Ok(out)
    }

    fn refuse(&mut self, line: LineId, refusal: Refusal) -> Vec<Output> {
        self.lines.get_mut(&line).map(|of| of.session.refuse(refusal)).unwrap_or_default()
    }

    /// What a peer may have; none for whom nobody gave leave, or whose leave was taken back.
    fn allowed(&self, peer: &[u8; 32], claimed: &Claimed) -> Result<Option<BTreeSet<Topic>>, S::Error> {
        let own: Option<BTreeSet<Topic>> =
            self.node.identity.certificate().map(|given| given.leave.topics.iter().cloned().collect());
        if *peer == self.node.centre {
            return Ok(own);
        }
        let Some(given) = claimed.certificate.as_ref().filter(|given| given.is_of(&self.node.centre, peer)) else {
            return Ok(None);
        };
        if self.node.storage.control(ControlKind::Revoked, peer)?.is_some() {
            return Ok(None);
        }
        let theirs: BTreeSet<Topic> = given.leave.topics.iter().cloned().collect();
        Ok(match (&self.node.role, own) {
            (Role::Centre(_), _) => Some(theirs),
            (Role::Kiosk, Some(own)) => Some(theirs.intersection(&own).cloned().collect()),
            (Role::Kiosk, None) => None,
        })
    }

    /// Which of two lines to the same program is one too many: both sides keep the one that the smaller key dialled; of two
    /// that the same side dialled the newer one. Two programs of one key (a restart, or a copied card) keep a line each.
    fn spare(&self, line: LineId, peer: &[u8; 32]) -> Option<LineId> {
        let own = self.node.identity.public_key();
        let new = self.lines.get(&line)?;
        let same = |of: &super::Line| of.session.is_open() && of.session.peer() == *peer && of.device == new.device;
        let other = self.lines.iter().find(|(id, of)| **id != line && same(of));
        let (id, old) = other?;
        let keeps = |dialled: bool| dialled == (own < *peer);
        Some(if keeps(old.dialled) && !keeps(new.dialled) { line } else { *id })
    }
}
