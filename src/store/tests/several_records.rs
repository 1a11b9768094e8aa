//! What one record alone cannot tell: other numbers of the same person, facts that were moved between two people, and
//! slots in which too many are booked.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

mod common;

use common::*;
use uketsuke_domain::code::Voucher;
use uketsuke_domain::facts::{Body, Fact, FactKind, Filed, KnownFact, Misfiled, VoucherReplaced};
use uketsuke_domain::ids::TransferId;
use uketsuke_domain::log::Log;
use uketsuke_domain::record::{DocumentId, DocumentKind, Fields, Value};
use uketsuke_domain::reference::Slot;
use uketsuke_domain::review::ReviewKind;
use uketsuke_store::{Store, StoreError};

fn people() -> [Voucher; 3] {
    ["1111111113", "1111111114", "1111111115"].map(voucher)
}

fn open_with(people: &[Voucher]) -> (Home, Store) {
    let home = Home::new();
    let mut store = home.open();
    store.write(|tx| people.iter().try_for_each(|person| put_person(tx, person, "カ", "1950-01-01"))).unwrap();
    (home, store)
}

fn replaced(id: u8, by: Option<Voucher>, replaces: Option<Voucher>) -> KnownFact {
    let body = Body::VoucherReplaced(VoucherReplaced { by, replaces, because: "紛失".to_owned() });
    known(&Fact { kind: FactKind::VoucherReplaced, dose: None, body, ..fact(id, FactKind::CheckedIn, "", 0) })
}

fn kinds(store: &Store) -> Vec<ReviewKind> {
    store.reviews(10).unwrap().iter().map(|open| open.review.kind).collect()
}

#[test]
fn the_numbers_of_one_person_are_followed_in_both_directions() {
    let [first, second, third] = people();
    let (_home, mut store) = open_with(&[first, second, third]);
    write(&mut store, &first, &[replaced(1, Some(second), None), known(&fact(2, FactKind::Vaccinated, "100", -9999))]);
    write(&mut store, &second, &[replaced(3, None, Some(first)), replaced(4, Some(third), None)]);
    write(&mut store, &third, &[replaced(5, None, Some(second))]);
    for person in [first, second, third] {
        let known = store.known(&person, false, &[1; 32]).unwrap();
        assert_eq!(known.record.kin.len(), 2, "{}", person.number);
        let doses = known.record.kin.values().flat_map(|kin| &kin.facts);
        let doses = doses.filter(|known| known.fact.kind == FactKind::Vaccinated).count();
        assert_eq!(doses, usize::from(person != first), "the dose is known under every number");
    }
    assert_eq!(kinds(&store), []);
    write(&mut store, &third, &[known(&fact(6, FactKind::Vaccinated, "300", 0))]);
    assert_eq!(kinds(&store), [ReviewKind::DoubleVaccination; 2], "one for each of the two records");
}

#[test]
fn a_voucher_that_was_replaced_by_mistake_lends_no_doses() {
    let [first, second, _] = people();
    let (_home, mut store) = open_with(&[first, second]);
    let mistake = replaced(1, None, Some(first));
    write(&mut store, &first, &[known(&fact(2, FactKind::Vaccinated, "100", -9999))]);
    write(&mut store, &second, std::slice::from_ref(&mistake));
    assert_eq!(store.known(&second, false, &[1; 32]).unwrap().record.kin.len(), 1);
    write(&mut store, &second, &[superseding(fact(3, FactKind::Corrected, "", 4), mistake.hash)]);
    assert_eq!(store.known(&second, false, &[1; 32]).unwrap().record.kin.len(), 0);
}

#[test]
fn the_review_of_half_a_transfer_goes_when_the_other_half_holds_and_comes_back_when_it_does_not() {
    let [one, other, _] = people();
    let (_home, mut store) = open_with(&[one, other]);
    let (from, to) = (DocumentId::visit(&one), DocumentId::visit(&other));
    let dose = known(&fact(1, FactKind::Vaccinated, "100", 0));
    let transfer = TransferId([7; 16]);
    let away = Body::Misfiled(Misfiled { transfer, to, because: "取り違え".to_owned() });
    let away = Fact { kind: FactKind::Misfiled, body: away, ..fact(2, FactKind::CheckedIn, "100", 5) };
    write(&mut store, &one, &[dose.clone(), superseding(away, dose.hash)]);
    assert_eq!(kinds(&store), [ReviewKind::HalfTransfer]);
    let arrived = Body::Filed(Filed {
        transfer,
        from,
        kind: FactKind::Vaccinated,
        stamp: dose.fact.stamp.clone(),
        body: dose.fact.body.encode(),
        because: "取り違え".to_owned(),
    });
    let arrived = known(&Fact { kind: FactKind::Filed, body: arrived, ..fact(3, FactKind::Vaccinated, "", 6) });
    write(&mut store, &other, std::slice::from_ref(&arrived));
    assert_eq!(kinds(&store), []);
    write(&mut store, &other, &[superseding(fact(4, FactKind::Corrected, "", 7), arrived.hash)]);
    assert_eq!(kinds(&store), [ReviewKind::HalfTransfer], "the jab would be in neither record");
}

fn put_slot(store: &mut Store, capacity: u16) {
    let slot = Slot {
        id: "slot".into(),
        name: "午前".to_owned(),
        venue: "1".into(),
        day: day(),
        start_minute: 600,
        end_minute: 660,
        product: "comirnaty".into(),
        capacity,
        conditions: None,
        visibility: None,
        same_day: false,
        pair: None,
    };
    let document = DocumentId::of(DocumentKind::SlotDay, &format!("1/{}", day()));
    let fields = Fields::from([("slot".to_owned(), vec![Value::Bytes(minicbor::to_vec(&slot).unwrap())])]);
    store.write(|tx| tx.put_fields(DocumentKind::SlotDay, document, &fields)).unwrap();
}

#[test]
fn a_slot_with_too_many_people_is_found_and_names_all_of_them() {
    let people = people();
    let (_home, mut store) = open_with(&people);
    put_slot(&mut store, 2);
    let overbooked = |store: &Store| store.overbooked(&"1".into(), day()).unwrap();
    for (id, person) in (1..).zip(&people[..2]) {
        write(&mut store, person, &[known(&fact(id, FactKind::Booked, &format!("10{id}"), i64::from(id)))]);
    }
    assert_eq!(overbooked(&store), [], "full, and no more than that");
    write(&mut store, &people[2], &[known(&fact(3, FactKind::Booked, "103", 3))]);
    let [(slot, found)] = &overbooked(&store)[..] else { panic!("one slot") };
    assert_eq!((slot.id.as_str(), found.capacity), ("slot", 2));
    assert_eq!(found.seats.iter().map(|seat| seat.voucher).collect::<Vec<_>>(), people, "in the order of booking");
    assert_eq!(found.beyond().map(|seat| seat.number.as_str()).collect::<Vec<_>>(), ["103"]);
    assert_eq!(store.overbooked(&"1".into(), day().plus_days(1)).unwrap(), []);
    write(&mut store, &people[0], &[known(&fact(4, FactKind::Cancelled, "101", 4))]);
    assert_eq!(overbooked(&store), []);
}

#[test]
fn slots_are_read_by_venue_and_day() -> Result<(), StoreError> {
    let (_home, mut store) = open_with(&[]);
    put_slot(&mut store, 2);
    assert_eq!(store.slots(&"1".into(), day())?.len(), 1);
    assert_eq!(store.slots(&"2".into(), day())?, []);
    Ok(())
}
