//! Bundles: lost, repeated, late, mixed up, damaged, for somebody else.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use common::*;
use uketsuke_domain::time::Moment;
use uketsuke_replica::Node;
use uketsuke_replica::courier::{Bundled, CourierError, file, label};
use uketsuke_store::{MemoryStore, StoreError};

fn out(node: &mut Node<MemoryStore>, to: u8) -> Vec<u8> {
    let certificate = (to != CENTRE).then(|| certificate(to, &venue("001")));
    let mut bundle = Vec::new();
    node.bundle_out(key(to), certificate.as_ref(), Moment(5), &mut bundle, &mut |_, _| {}).unwrap();
    bundle
}

fn take(node: &mut Node<MemoryStore>, bundle: &[u8]) -> Result<Bundled, CourierError<StoreError>> {
    node.bundle_in(bundle, &mut |_, _| {})
}

#[test]
fn a_bundle_brings_what_the_receiver_lacks_and_may_come_twice() {
    let (mut kiosk, mut centre) = (kiosk(1, &venue("001")), centre());
    write(&mut kiosk, &venue("001"), 0..500);
    let bundle = out(&mut kiosk, CENTRE);
    let done = take(&mut centre, &bundle).unwrap();
    assert_eq!((done.entries, done.added, done.gaps, done.from.as_deref()), (501, 501, 0, Some("端末1")));
    assert_eq!(take(&mut centre, &bundle).unwrap().added, 0);
    assert_eq!(held(&centre, &venue("001")), 501);
}

#[test]
fn nothing_counts_as_delivered_before_the_receiver_says_so() {
    let (mut kiosk, mut centre) = (kiosk(1, &venue("001")), centre());
    write(&mut kiosk, &venue("001"), 0..10);
    let lost = out(&mut kiosk, CENTRE);
    drop(lost);
    write(&mut kiosk, &venue("001"), 10..20);
    let second = out(&mut kiosk, CENTRE);
    assert_eq!(take(&mut centre, &second).unwrap().added, 21, "the second holds what the first held");
    // The centre's own bundle says what it holds; from then on it is left out.
    let back = out(&mut centre, 1);
    take(&mut kiosk, &back).unwrap();
    write(&mut kiosk, &venue("001"), 20..23);
    let third = out(&mut kiosk, CENTRE);
    assert_eq!(take(&mut centre, &third).unwrap().entries, 3);
}

#[test]
fn a_later_bundle_before_an_earlier_one_leaves_a_gap_and_harms_nothing() {
    let (mut kiosk, mut centre) = (kiosk(1, &venue("001")), centre());
    write(&mut kiosk, &venue("001"), 0..5);
    take(&mut centre, &out(&mut kiosk, CENTRE)).unwrap();
    take(&mut kiosk, &out(&mut centre, 1)).unwrap();
    write(&mut kiosk, &venue("001"), 5..9);
    let mut other = common::centre();
    let late = out(&mut kiosk, CENTRE);
    let done = take(&mut other, &late).unwrap();
    assert_eq!((done.added, done.gaps), (0, 1), "this centre never saw the first");
    assert_eq!(take(&mut centre, &late).unwrap().added, 4);
}

#[test]
fn from_kiosk_to_kiosk_and_on_to_the_centre() {
    let (mut first, mut second, mut centre) = (kiosk(1, &venue("001")), kiosk(2, &venue("001")), centre());
    write(&mut first, &venue("001"), 0..4);
    take(&mut second, &out(&mut first, 2)).unwrap();
    let onward = out(&mut second, CENTRE);
    assert_eq!(take(&mut centre, &onward).unwrap().added, 5, "the author stays the author");
}

#[test]
fn a_bundle_cut_or_changed_anywhere_is_refused_and_what_was_taken_in_stays_true() {
    let mut kiosk = kiosk(1, &venue("001"));
    write(&mut kiosk, &venue("001"), 0..400);
    let bundle = out(&mut kiosk, CENTRE);
    for step in 0..24 {
        let place = bundle.len() * step / 24;
        let mut cut = centre();
        assert!(take(&mut cut, bundle.get(..place).unwrap()).is_err(), "cut at {place}");
        let mut changed = bundle.clone();
        *changed.get_mut(place).unwrap() ^= 1;
        let mut other = centre();
        assert!(take(&mut other, &changed).is_err(), "changed at {place}");
        for node in [&mut cut, &mut other] {
            take(node, &bundle).unwrap();
            assert_eq!(held(node, &venue("001")), 401);
        }
    }
}

#[test]
fn only_the_receiver_opens_it_and_only_a_sender_with_leave_is_believed() {
    let (mut sender, mut other) = (kiosk(1, &venue("001")), kiosk(3, &venue("001")));
    write(&mut sender, &venue("001"), 0..3);
    let bundle = out(&mut sender, CENTRE);
    assert!(matches!(take(&mut other, &bundle), Err(CourierError::Sealed(_))));
    // A device of another centre.
    let stranger = uketsuke_sync::identity::Identity::new(&[7; 32], 1);
    let mut stranger = Node::kiosk(
        MemoryStore::new(uketsuke_store::Options { centre: Some(key(CENTRE)), ..Default::default() }),
        stranger.with_certificate(Some(certificate(1, &venue("001")))),
        key(CENTRE),
        48,
        || {},
    );
    let mut bundle = Vec::new();
    stranger.bundle_out(key(CENTRE), None, Moment(5), &mut bundle, &mut |_, _| {}).unwrap();
    assert!(matches!(take(&mut centre(), &bundle), Err(CourierError::NotEnrolled)));
    for nonsense in [&b""[..], b"PK\x03\x04", &[0; 4096]] {
        assert!(take(&mut centre(), nonsense).is_err());
    }
}

#[test]
fn the_head_tells_what_a_bundle_holds_and_whether_it_is_for_this_device() {
    let mut kiosk = kiosk(1, &venue("001"));
    write(&mut kiosk, &venue("001"), 0..7);
    let bundle = out(&mut kiosk, CENTRE);
    let (receiver, centre) = (centre(), key(CENTRE));
    let told = label(&receiver.identity, &centre, bundle.as_slice()).unwrap();
    assert_eq!((told.made_at, told.from.as_deref(), told.entries), (Moment(5), Some("端末1"), 8));
    let elsewhere = label(&kiosk.identity, &centre, bundle.as_slice());
    assert!(matches!(elsewhere, Err(CourierError::Sealed(_))), "{elsewhere:?}");
    assert!(matches!(label(&receiver.identity, &key(7), bundle.as_slice()), Err(CourierError::NotEnrolled)));
    // A cut that leaves the head is found out when the rest is taken in.
    assert!(label(&receiver.identity, &centre, bundle.get(..40).unwrap()).is_err());
    let back = out(&mut { receiver }, 1);
    assert_eq!(label(&kiosk.identity, &centre, back.as_slice()).unwrap().from, None, "the centre has no 端末名");
}

#[test]
fn a_receiver_that_is_known_to_hold_everything_lacks_nothing() {
    let (mut kiosk, mut centre) = (kiosk(1, &venue("001")), centre());
    assert_eq!(kiosk.lacking(&key(CENTRE), None).unwrap(), 0, "an empty kiosk");
    write(&mut kiosk, &venue("001"), 0..3);
    assert_eq!(kiosk.lacking(&key(CENTRE), None).unwrap(), 4);
    take(&mut centre, &out(&mut kiosk, CENTRE)).unwrap();
    assert_eq!(kiosk.lacking(&key(CENTRE), None).unwrap(), 4, "what was carried may have been lost");
    take(&mut kiosk, &out(&mut centre, 1)).unwrap();
    assert_eq!(kiosk.lacking(&key(CENTRE), None).unwrap(), 0);
}

#[test]
fn a_file_is_there_whole_or_not_at_all() {
    use std::io::Write;
    let stick = tempfile::tempdir().unwrap();
    let path = stick.path().join("bundle");
    let large = vec![7; 9 << 20];
    file::whole(&path, |file| file.write_all(&large)).unwrap();
    assert!(std::fs::read(&path).unwrap() == large, "more than the stick is waited for");
    let failed: std::io::Result<()> = file::whole(&path, |file| {
        file.write_all(b"half")?;
        Err(std::io::Error::other("pulled out"))
    });
    assert!(failed.is_err());
    assert!(std::fs::read(&path).unwrap() == large, "the old file is as it was");
    assert_eq!(std::fs::read_dir(stick.path()).unwrap().count(), 1, "nothing half is left");
}
