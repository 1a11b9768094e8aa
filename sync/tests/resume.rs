//! Lines that break, peers that lost something, and reads that come too late: nothing is lost and nothing comes twice.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use common::line::*;
use common::talk::*;
use common::*;
use proptest::prelude::*;
use uketsuke_domain::log::Vector;
use uketsuke_domain::reference::Card;
use uketsuke_sync::frame::Frame;
use uketsuke_sync::replica::Replica;
use uketsuke_sync::session::{Forward, Output, WINDOW_CHUNKS};

#[test]
fn a_line_that_breaks_anywhere_resumes_without_loss_or_doubling() {
    let (centre, kiosk) = (bulky(CENTRE, 14), bulky(KIOSK, 14));
    let (mut a, mut b) = pair(centre.clone(), kiosk.clone());
    let whole = until_quiet(&mut a, &mut b);
    assert!(whole > 20, "{whole} frames");
    for cut in 0..whole {
        let (mut a, mut b) = pair(centre.clone(), kiosk.clone());
        assert_eq!(deliver(&mut a, &mut b, cut), cut);
        // The in-memory log panics when an entry comes twice.
        let (a, b) = open_pair(a.log, b.log);
        assert_same(&a.log, &b.log);
        assert_eq!(a.log.chains.values().map(Vec::len).sum::<usize>(), 28, "cut after {cut} frames");
    }
}

#[test]
fn vectors_that_claim_too_little_cost_no_more_than_the_window() {
    let (mut centre, kiosk) = open_pair(bulky(7, 30), Memory::default());
    centre.out.clear();
    for _ in 0..3 {
        centre.take(vector(&[(7, 0)]));
        assert!(centre.chunks() <= WINDOW_CHUNKS);
        let mut honest = Memory::default();
        honest.chains.clone_from(&kiosk.log.chains);
        for frame in centre.frames() {
            let Frame::Chunk(chunk) = frame else { continue };
            let (done, blame) = honest.take_batch(chunk.unpack().unwrap());
            assert_eq!((done.added, blame), (0, None), "sent again, known, and nobody is to blame");
        }
        centre.out.clear();
    }
}

#[test]
fn a_gap_is_filled_from_where_the_peer_really_is() {
    let (mut centre, mut kiosk) = pair(bulky(CENTRE, 30), bulky(CENTRE, 9));
    // The kiosk tells that it holds nine, and then loses them.
    while centre.chunks() == 0 {
        assert!(deliver(&mut centre, &mut kiosk, 1) > 0);
    }
    kiosk.log = Memory::default();
    until_quiet(&mut centre, &mut kiosk);
    assert_same(&centre.log, &kiosk.log);
    centre.record(&topic(), [1; 16]);
    until_quiet(&mut centre, &mut kiosk);
    assert_same(&centre.log, &kiosk.log);
}

#[test]
fn a_read_that_was_overtaken_holds_no_place_in_the_window() {
    let seeds = 10..20u8;
    let mine: Vector = seeds.clone().map(|seed| (identity(seed).origin(), tip(1))).collect();
    let mut session = opened(Forward::ALL, CENTRE, KIOSK, mine);
    let mut asked: Vec<Output> = session.receive(vector(&[]), NOW);
    let all: Vec<(u8, u64)> = seeds.map(|seed| (seed, 1)).collect();
    // Before the first reads are answered, the peer has it all from elsewhere.
    asked.extend(session.receive(vector(&all), NOW));
    for output in asked {
        let Output::ReadEntries { topic, origin, .. } = output else { panic!("{output:?}") };
        let seed = (10..20).find(|seed| identity(*seed).origin() == origin).unwrap();
        let mut log = bulky(seed, 1);
        let Ok(entries) = log.entries(&topic, origin, 1, 1);
        assert_eq!(session.entries(&topic, origin, entries), Vec::new(), "nothing is sent that the peer holds");
    }
    // All places are free again.
    let more: Vector = (10..20u8).map(|seed| (identity(seed).origin(), tip(2))).collect();
    let asked = session.holds(&topic(), more);
    let reads = asked.iter().filter(|output| matches!(output, Output::ReadEntries { from: 2, .. }));
    assert_eq!(reads.count(), WINDOW_CHUNKS);
}

#[derive(Clone, Debug)]
enum Step {
    Write(bool),
    Deliver(usize),
    Break,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => any::<bool>().prop_map(Step::Write),
        4 => (1..12usize).prop_map(Step::Deliver),
        1 => Just(Step::Break),
    ];
    proptest::collection::vec(step, 1..60)
}

/// Cards that the centre wrote in runs, too many for one chunk, and what others wrote in between.
fn cards_in_runs() -> Memory {
    let mut log = bulky(CENTRE, 2);
    for _ in 0..2 {
        in_runs(&mut log, &identity(CENTRE), |author| {
            (0..=255).cycle().take(900).for_each(|key| author.card(&topic(), key_of(key), Card::default()).unwrap());
        });
    }
    add_bulky(&mut log, 7, 4);
    log
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_written_on_either_side_arrives(steps in steps(), seed in any::<u64>()) {
        let mut dice = Dice::new(seed);
        let (mut centre, mut kiosk) = pair(Memory::default(), Memory::default());
        let mut written = 0;
        for step in steps {
            match step {
                Step::Write(at_kiosk) => {
                    let side = if at_kiosk { &mut kiosk } else { &mut centre };
                    side.record(&topic(), dice.bytes());
                    written += 1;
                }
                Step::Deliver(frames) => {
                    deliver(&mut centre, &mut kiosk, frames);
                }
                Step::Break => (centre, kiosk) = pair(centre.log, kiosk.log),
            }
            prop_assert_eq!((&centre.closed, &kiosk.closed), (&None, &None));
        }
        until_quiet(&mut centre, &mut kiosk);
        assert_same(&centre.log, &kiosk.log);
        prop_assert_eq!(centre.log.items.len(), written);
        prop_assert_eq!(centre.session.progress(), kiosk.session.progress());
    }

    #[test]
    fn a_line_that_breaks_again_and_again_resumes_at_the_last_whole_run(
        cuts in proptest::collection::vec(1..40usize, 1..6),
    ) {
        let whole = cards_in_runs();
        let (mut centre, mut kiosk) = (whole.clone(), Memory::default());
        for cut in cuts {
            let (mut a, mut b) = pair(centre, kiosk);
            deliver(&mut a, &mut b, cut);
            (centre, kiosk) = (a.log, b.log);
            for chain in kiosk.chains.values() {
                prop_assert!(chain.last().unwrap().0.signature.is_some());
            }
        }
        let (a, b) = open_pair(centre, kiosk);
        assert_same(&a.log, &b.log);
        assert_same(&a.log, &whole);
        prop_assert_eq!(a.log.cards, b.log.cards);
    }
}
