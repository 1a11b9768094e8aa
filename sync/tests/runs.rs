//! Runs: entries that one signature at their end proves.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

mod common;

use common::*;
use uketsuke_domain::facts::FactKind;
use uketsuke_domain::log::{Entry, EntryKind, Topic};
use uketsuke_domain::reference::{Card, CardKey};
use uketsuke_sync::author::Author;
use uketsuke_sync::entry::{BadEntry, Claim, Content};
use uketsuke_sync::ingest::{Batch, Blame};
use uketsuke_sync::replica::Replica;
use uketsuke_sync::session::Stretch;

fn key(number: u16) -> CardKey {
    let [high, low] = number.to_be_bytes();
    CardKey(std::array::from_fn(|at| if at == 0 { high } else { low }))
}

/// The centre's log after it wrote so many cards at once.
fn cards(topics: &[Topic], count: u16) -> Memory {
    let mut log = Memory::centre();
    in_runs(&mut log, &centre(), |author| {
        for number in 0..count {
            for topic in topics {
                author.card(topic, key(number), Card::default()).unwrap();
            }
        }
    });
    log
}

fn signed(chain: &[Entry]) -> Vec<usize> {
    let signed = chain.iter().enumerate().filter(|(_, entry)| entry.signature.is_some());
    signed.map(|(at, _)| at).collect()
}

fn batch(first: u64, after: Option<&Entry>, claims: Vec<Claim>) -> Batch {
    let after = after.map(|entry| entry.header_hash);
    Batch { topic: topic(), origin: centre().origin(), first, after, claims }
}

#[test]
fn a_thousand_cards_cost_sixteen_signatures() {
    let log = cards(&[topic()], 1000);
    let chain = log.chain(&topic(), centre().origin());
    assert_eq!(chain.len(), 1001, "with its beginning");
    assert_eq!(signed(&chain).len(), 16);
    assert_eq!(signed(&chain).last(), Some(&1000), "the last is signed");
    let mut kiosk = Memory::kiosk();
    let (done, blame) = kiosk.take_batch(batch(1, None, claims(&chain)));
    assert_eq!((done.added, done.held, blame), (1001, Vec::new(), None));
    assert_eq!(kiosk.cards, log.cards);
    assert_eq!(kiosk.cards.len(), 1000);
}

#[test]
fn a_run_over_two_topics_is_signed_in_both() {
    let topics = [topic(), venue_topic("1")];
    let log = cards(&topics, 100);
    let mut kiosk = Memory::kiosk();
    for topic in &topics {
        let chain = log.chain(topic, centre().origin());
        assert_eq!(signed(&chain), [63, 100]);
        assert_eq!(kiosk.take(topic, centre().origin(), 1, claims(&chain)).1, None);
    }
}

#[test]
fn a_run_is_taken_whole_or_not_at_all() {
    let chain = cards(&[topic()], 150).chain(&topic(), centre().origin());
    let ends: Vec<usize> = signed(&chain).into_iter().map(|at| at + 1).collect();
    assert_eq!(ends, [64, 128, 151]);
    for length in 0..=chain.len() {
        let mut kiosk = Memory::kiosk();
        let (done, blame) = kiosk.take_batch(batch(1, None, claims(&chain[..length])));
        let whole = ends.iter().copied().filter(|end| *end <= length).max().unwrap_or(0);
        assert_eq!(done.added, whole as u64);
        let open = Blame::BadEntry { number: whole as u64 + 1, why: BadEntry::Signature };
        assert_eq!(blame, (whole < length).then_some(open), "{length}");
        assert_eq!(kiosk.chain(&topic(), centre().origin()), chain[..whole]);
        assert_eq!(kiosk.cards.len(), whole.saturating_sub(1));
        // Somebody else brings the rest, from wherever the run began or before.
        let from = whole.saturating_sub(3);
        let after = from.checked_sub(1).map(|before| &chain[before]);
        let (_, blame) = kiosk.take_batch(batch(from as u64 + 1, after, claims(&chain[from..])));
        assert_eq!(blame, None);
        assert_eq!(kiosk.chain(&topic(), centre().origin()), chain);
    }
}

#[test]
fn a_run_whose_end_has_no_signature_proves_nothing() {
    let chain = cards(&[topic()], 5).chain(&topic(), centre().origin());
    let mut bare = claims(&chain);
    bare.last_mut().unwrap().signature = None;
    let mut kiosk = Memory::kiosk();
    let (done, blame) = kiosk.take_batch(batch(1, None, bare));
    assert_eq!((done.added, blame), (0, Some(Blame::BadEntry { number: 1, why: BadEntry::Signature })));
    assert!(kiosk.chains.is_empty() && kiosk.cards.is_empty() && kiosk.forks.is_empty());
}

/// All claims that differ in one bit from the good ones.
fn flipped(good: &[Claim]) -> Vec<Vec<Claim>> {
    let mut all = Vec::new();
    for at in 0..good.len() {
        let mut with = |claim: Claim| {
            let mut claims = good.to_vec();
            claims[at] = claim;
            all.push(claims);
        };
        let claim = &good[at];
        for bit in 0..8 * body_of(claim).len() {
            let mut body = body_of(claim).to_vec();
            body[bit / 8] ^= 1 << (bit % 8);
            with(Claim { content: Content::Body(body), ..claim.clone() });
        }
        for bit in 0..512 {
            let Some(mut signature) = claim.signature else { break };
            signature.0[bit / 8] ^= 1 << (bit % 8);
            with(Claim { signature: Some(signature), ..claim.clone() });
        }
        for bit in 0..16 {
            let kind = EntryKind::from_number(claim.kind.number() ^ (1 << bit));
            with(Claim { kind, ..claim.clone() });
        }
    }
    all
}

#[test]
fn a_flipped_bit_anywhere_in_a_run_is_refused_and_nothing_of_the_run_stays() {
    let mut log = cards(&[topic()], 2);
    let centre = centre();
    let before = log.chain(&topic(), centre.origin());
    in_runs(&mut log, &centre, |author| {
        (2..6).for_each(|number| author.card(&topic(), key(number), Card::default()).unwrap());
    });
    let run = log.chain(&topic(), centre.origin()).split_off(3);
    let mut kiosk = Memory::kiosk();
    kiosk.take_batch(batch(1, None, claims(&before)));
    let bad = flipped(&claims(&run));
    assert!(bad.len() > 1500, "{}", bad.len());
    let mut tried = kiosk.clone();
    for claims in bad {
        let (done, blame) = tried.take_batch(batch(4, before.last(), claims));
        assert_eq!((done.added, blame), (0, Some(Blame::BadEntry { number: 4, why: BadEntry::Signature })));
    }
    assert_eq!((&tried.chains, &tried.cards, &tried.forks), (&kiosk.chains, &kiosk.cards, &kiosk.forks));
    assert_eq!(tried.take_batch(batch(4, before.last(), claims(&run))).0.added, 4, "the true one still fits");
}

#[test]
fn what_is_read_to_be_sent_always_ends_signed_however_little_is_asked_for() {
    let mut log = cards(&[topic()], 200);
    for max_bytes in [0, 1, 1_000, 5_000, 20_000, usize::MAX] {
        let mut kiosk = Memory::kiosk();
        let mut from = 1;
        loop {
            let Ok(Stretch { after, entries }) = log.entries(&topic(), centre().origin(), from, max_bytes);
            let Some(last) = entries.last() else { break };
            assert!(last.signature.is_some());
            from = last.number + 1;
            let first = entries[0].number;
            let claims = claims(&entries);
            let batch = Batch { topic: topic(), origin: centre().origin(), first, after, claims };
            assert_eq!(kiosk.take_batch(batch).1, None, "{max_bytes}");
        }
        assert_eq!(kiosk.chains[&(topic(), centre().origin())].len(), 201);
    }
}

#[test]
fn what_others_must_carry_alone_is_signed_alone_and_the_centres_own_is_said_again() {
    let facts: Vec<_> = (1..4).map(|id| fact([id; 16], FactKind::CheckedIn, 1, Vec::new())).collect();
    let mut log = Memory::centre();
    for (writer, alone) in [(enrolled(1, 0, &topic()), true), (centre(), false)] {
        in_runs(&mut log, &writer, |author| {
            for fact in &facts {
                author.fact(&topic(), (VISIT, document("a")), fact).unwrap();
            }
        });
        let chain = log.chain(&topic(), writer.origin());
        let expected: Vec<usize> = if alone { vec![0, 1, 2, 3] } else { vec![3] };
        assert_eq!(signed(&chain), expected);
        let (entry, item) = (chain[1].clone(), log.items.values().next().unwrap().clone());
        Author::new(&centre(), &mut log).carry(&venue_topic("1"), &entry, &item).unwrap();
        let said = log.chain(&venue_topic("1"), centre().origin()).pop().unwrap();
        assert_eq!(said.kind, if alone { EntryKind::Carried } else { EntryKind::Change });
        assert_eq!(Memory::kiosk().take(&said.topic, said.origin, 1, log.all(&said.topic, said.origin)).0.held, []);
        let stranger = identity(50);
        let mut elsewhere = Memory { centre: None, ..log.clone() };
        let carried = Author::new(&stranger, &mut elsewhere).carry(&venue_topic("2"), &entry, &item);
        assert_eq!(carried.is_ok(), alone, "without a signature of its own nobody else can carry it");
    }
}
