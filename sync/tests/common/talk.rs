//! A centre and a kiosk that speak with each other, and what a peer made by hand may say.

use std::collections::BTreeSet;

use uketsuke_domain::log::{Digest32, Tip, Topic, Vector};
use uketsuke_domain::time::Moment;
use uketsuke_sync::frame::{Frame, Hello, PROTOCOL, VectorFrame};
use uketsuke_sync::session::{Begin, Forward, Output, PeerSession};

use super::line::{NOW, Side, until_quiet};
use super::{Memory, identity, topic};

/// Whose sessions these are: of replication itself, where nobody is asked for the centre's leave.
pub(crate) const CENTRE: u8 = 1;
pub(crate) const KIOSK: u8 = 2;

pub(crate) fn pair(centre: Memory, kiosk: Memory) -> (Side, Side) {
    let topics = [topic()];
    let centre = Side::new(CENTRE, KIOSK, Forward::ALL, &topics, centre);
    (centre, Side::new(KIOSK, CENTRE, Forward::UPLINK, &topics, kiosk))
}

/// Both have passed the greeting and told what they hold.
pub(crate) fn open_pair(centre: Memory, kiosk: Memory) -> (Side, Side) {
    let (mut centre, mut kiosk) = pair(centre, kiosk);
    until_quiet(&mut centre, &mut kiosk);
    (centre, kiosk)
}

/// The end of a chain of nobody's entries.
pub(crate) fn tip(number: u64) -> Tip {
    Tip { number, header_hash: Digest32([number.to_le_bytes()[0]; 32]) }
}

pub(crate) fn tips(held: &[(u8, u64)]) -> Vector {
    held.iter().map(|(seed, number)| (identity(*seed).origin(), tip(*number))).collect()
}

pub(crate) fn vector(held: &[(u8, u64)]) -> Frame {
    Frame::Vector(VectorFrame::new(topic(), true, tips(held).iter(), Moment(0)))
}

pub(crate) fn begin(own: u8, peer: u8, forward: Forward) -> PeerSession {
    let (identity, peer) = (identity(own), identity(peer).public_key());
    PeerSession::new(Begin { identity, peer, forward, topics: vec![topic()] }, NOW).0
}

/// A session whose peer (of this seed) was greeted and authorised.
pub(crate) fn opened(forward: Forward, own: u8, peer: u8, mine: Vector) -> PeerSession {
    let mut session = begin(own, peer, forward);
    greet(&mut session, peer, &[topic()]);
    assert_eq!(session.authorised(&BTreeSet::from([topic()])), vec![Output::ReadVector(topic())]);
    session.holds(&topic(), mine);
    session
}

/// Everything up to the question whether the peer is allowed.
pub(crate) fn greet(session: &mut PeerSession, peer: u8, topics: &[Topic]) {
    let outputs = session.receive(hello(PROTOCOL, peer, topics.to_vec()), NOW);
    assert!(matches!(outputs.as_slice(), [Output::Authorise { .. }]), "{outputs:?}");
}

pub(crate) fn hello(protocol: u8, device: u8, topics: Vec<Topic>) -> Frame {
    let device = identity(device).origin();
    Frame::Hello(Hello { protocol, device, topics, now: Moment(0), certificate: None })
}
