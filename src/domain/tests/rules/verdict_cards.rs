//! Verdicts on people of whom a kiosk holds a nameless card, or nothing.

use uketsuke_domain::facts::{KnownFact, Source};
use uketsuke_domain::record::{RawRecord, Value, field};
use uketsuke_domain::reference::{Card, CardDose, Role};
use uketsuke_domain::verdict::{Known, Level, Purpose, Reason, Verdict};

use crate::common::{booked, check_in, codes, correction, day, decided, needed, record, vaccinated, voucher};

fn dose(offset: i32) -> CardDose {
    CardDose { dose: 1, product: Some("comirnaty".into()), day: day(offset) }
}

fn entrance(card: Card) -> Verdict {
    decided(&Known { card: Some(card), ..Known::default() }, Purpose::CheckIn)
}

#[test]
fn nothing_known_is_attention_and_never_proceed() {
    for purpose in [Purpose::CheckIn, Purpose::Outcome] {
        let verdict = decided(&Known::default(), purpose);
        assert_eq!(verdict.reasons[0], Reason::HistoryNotHere);
        assert_eq!((verdict.level, needed(&verdict)), (Level::Attention, Some((Role::VenueManager, false))));
    }
}

#[test]
fn a_card_tells_what_is_booked() {
    let booking = |venue: &str, offset| Card { bookings: vec![(venue.into(), day(offset))], ..Card::default() };
    assert_eq!(codes(&entrance(Card::default())), ["no-booking-today"]);
    let verdict = entrance(booking("002", 0));
    assert_eq!(verdict.reasons, [Reason::BookedElsewhere { venue: "文化会館".to_owned(), day: day(0) }]);
    let verdict = entrance(booking("777", 2));
    assert_eq!(verdict.reasons, [Reason::BookedElsewhere { venue: "777".to_owned(), day: day(2) }]);
    assert_eq!(codes(&entrance(booking("001", 1))), ["booked-another-day"]);
    assert_eq!(codes(&entrance(booking("001", 0))), ["history-not-here"], "the record is only on its way");
}

#[test]
fn of_several_bookings_the_nearest_is_told() {
    let of = |bookings: &[(&str, i32)]| {
        let bookings = bookings.iter().map(|(venue, offset)| ((*venue).into(), day(*offset))).collect();
        codes(&entrance(Card { bookings, ..Card::default() }))
    };
    assert_eq!(of(&[("002", -3), ("001", 4)]), ["booked-another-day"]);
    assert_eq!(of(&[("002", 0), ("001", 0)]), ["history-not-here"]);
    assert_eq!(of(&[("001", -9), ("002", -3)]), ["no-booking-today", "missed"], "what is past binds nobody");
}

#[test]
fn a_card_tells_the_interval_to_the_day() {
    let verdict = entrance(Card { doses: vec![dose(-18)], ..Card::default() });
    assert_eq!((codes(&verdict), verdict.dose), (vec!["interval-too-short", "no-booking-today"], 2));
    assert_eq!(codes(&entrance(Card { doses: vec![dose(-19)], ..Card::default() })), ["no-booking-today"]);
}

#[test]
fn a_deleted_voucher_stops_the_entrance_and_a_jab_is_still_recorded() {
    let known = Known { card: Some(Card { deleted: true, ..Card::default() }), ..Known::default() };
    assert_eq!(decided(&known, Purpose::CheckIn).level, Level::Stop);
    assert_eq!(decided(&known, Purpose::Outcome).level, Level::Attention);
}

/// A kiosk that takes in somebody of another venue writes the voucher, the typed birth date and its own fact.
fn taken_in(card: Option<Card>) -> Known {
    let text = |text: &str| vec![Value::Text(text.to_owned())];
    let fields =
        [(field::VOUCHER.to_owned(), text(&voucher().to_string())), (field::BIRTH.to_owned(), text("1950-04-01"))];
    let facts = vec![check_in().without_booking().id(1)];
    Known { record: RawRecord { fields: fields.into(), facts, ..RawRecord::default() }, card, ..Known::default() }
}

#[test]
fn a_check_in_of_a_stranger_does_not_make_the_history_known() {
    let desk = decided(&taken_in(None), Purpose::Outcome);
    assert_eq!(codes(&desk), ["history-not-here"]);
    let card = Card { doses: vec![dose(-5)], bookings: vec![("002".into(), day(0))], ..Card::default() };
    let desk = decided(&taken_in(Some(card)), Purpose::Outcome);
    assert_eq!(codes(&desk), ["interval-too-short", "booked-elsewhere"]);
    assert_eq!(desk.dose, 2);
}

#[test]
fn a_name_taken_down_at_the_door_is_no_history() {
    let mut known = taken_in(Some(Card { doses: vec![dose(-5)], ..Card::default() }));
    known.record.fields.insert(field::NAME.to_owned(), vec![Value::Text("富士通　花子".to_owned())]);
    known.record.facts.push(booked(0).id(2));
    known.record.facts.iter_mut().for_each(|known| known.fact.stamp.source = Source::Screen);
    let verdict = decided(&known, Purpose::Outcome);
    assert_eq!((verdict.reasons[0].code(), verdict.dose), ("interval-too-short", 2));
    known.card = None;
    let verdict = decided(&known, Purpose::Outcome);
    assert_eq!(codes(&verdict), ["history-not-here"], "booked a minute ago, and nobody knows what was given before");
}

#[test]
fn a_dose_of_the_card_counts_until_the_record_has_heard_of_it() {
    let card = Card { doses: vec![dose(-5)], ..Card::default() };
    let with = |facts: &[KnownFact]| {
        let mut facts = facts.to_vec();
        facts.push(booked(0).id(9));
        let verdict =
            decided(&Known { record: record(&facts), card: Some(card.clone()), ..Known::default() }, Purpose::CheckIn);
        (verdict.reasons.first().map(uketsuke_domain::verdict::Reason::code), verdict.dose)
    };
    assert_eq!(with(&[]), (Some("interval-too-short"), 2), "given elsewhere, and not arrived yet");
    let another = vaccinated(-60, 1).booking("B0").id(8);
    assert_eq!(with(&[another]), (Some("interval-too-short"), 2), "of this one it has not heard");
    let given = vaccinated(-5, 1).booking("B0").id(1);
    assert_eq!(with(std::slice::from_ref(&given)), (Some("interval-too-short"), 2), "once, not twice");
    let withdrawn = correction(&[&given], None).id(2);
    assert_eq!(with(&[given.clone(), withdrawn]), (None, 1), "the card is older than the correction");
    let moved = correction(&[&given], Some(vaccinated(-60, 1).booking("B0"))).id(3);
    assert_eq!(with(&[given, moved]), (Some("dose-differs"), 2));
}
