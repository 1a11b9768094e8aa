//! The day of `make demo`, as a test: what a screen acknowledged is never lost, and all replicas agree.

#![allow(clippy::unwrap_used, reason = "a test")]

use uketsuke_tests::story;

#[test]
fn one_day_with_a_lost_line_and_a_power_cut() {
    let folder = tempfile::tempdir().unwrap();
    let mut acts = Vec::new();
    let outcome = story::play(folder.path(), 5000, &mut |act| acts.push(act.to_owned())).unwrap();
    assert_eq!(outcome.lost, 0, "{outcome}");
    assert!(outcome.agreement.is_whole() && outcome.agreement.facts > 1000, "{:?}", outcome.agreement);
    // 50 people whose check-in reached the desk late are no review; these two are.
    let mut reviews = outcome.reviews.clone();
    reviews.sort();
    assert_eq!(reviews, ["DoubleCheckIn", "OutcomeConflict"]);
    assert!(outcome.acknowledged >= 200 && outcome.scans >= 250, "{outcome}");
}
