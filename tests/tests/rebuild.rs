//! Everything but the log can be made again from the log.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeSet;

use uketsuke_domain::reference::CardKey;
use uketsuke_domain::time::Day;
use uketsuke_store::{Key, Options, Store};
use uketsuke_tests::harness::CentreFolder;

#[test]
fn all_tables_come_back_from_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let centre = CentreFolder::make(folder.path(), 300, 11).unwrap();
    let before = state(&centre);
    assert!(before.iter().any(|line| line.contains("CardDose")), "the state has nothing to lose");
    centre.run("rebuild", &[]).unwrap();
    let after = state(&centre);
    assert!(before == after, "{:?}", before.symmetric_difference(&after).next());
}

/// Every person's record, card and visits, and the settings, as text.
fn state(centre: &CentreFolder) -> BTreeSet<String> {
    let key = |name: &str| Key::read(&centre.path.join(name)).unwrap();
    let store = Store::open(&centre.path.join("center.db"), &key("database.key"), Options::default()).unwrap();
    let card_secret = *key("card.key").bytes();
    let mut lines = BTreeSet::from([format!("{:?}", store.settings())]);
    let today = Day(uketsuke_kiosk::clock::wall().day());
    for venue in ["001", "002", "003"] {
        for visit in (-30..=30).flat_map(|offset| store.visits(&venue.into(), today.plus_days(offset)).unwrap()) {
            let voucher = visit.person.as_ref().unwrap().voucher;
            let mut known = store.known(&voucher, false, &card_secret).unwrap();
            known.record.facts.sort_by_key(|fact| fact.hash);
            lines.insert(format!("{visit:?} {:?} {known:?}", CardKey::of(&card_secret, &voucher)));
        }
    }
    assert!(lines.len() > 100);
    lines
}
