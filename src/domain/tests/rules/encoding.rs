//! Facts as bytes.

use proptest::prelude::*;
use uketsuke_domain::facts::{Body, Fact, FactKind, KnownFact, Opaque};

use crate::common::{Make, any_facts, check_in, vaccinated};

#[test]
fn fields_of_a_newer_version_are_skipped() {
    let fact = vaccinated(0, 2).0;
    let mut bytes = fact.encode();
    assert_eq!(bytes[0], 0x88, "an array of eight");
    bytes[0] = 0x8b;
    bytes.extend([0xf6, 0x63, b'n', b'e', b'w', 0x82, 0x01, 0x02]);
    let read = KnownFact::decode(&bytes).unwrap();
    assert_eq!(read.fact, fact);
    assert_ne!(read.hash, vaccinated(0, 2).id(0).hash, "the hash is of the bytes as they came");
}

#[test]
fn a_body_of_a_newer_version_is_skipped_to() {
    let Body::CheckedIn(body) = check_in().0.body else { panic!() };
    let mut bytes = Body::CheckedIn(body.clone()).encode();
    assert_eq!(bytes[0], 0x84);
    bytes[0] = 0x85;
    bytes.push(0x07);
    assert_eq!(Body::decode(FactKind::CheckedIn, &bytes).unwrap(), Body::CheckedIn(body));
}

#[test]
fn an_unknown_kind_is_kept_as_it_came() {
    let fact = Make::new(FactKind::Unknown(900), Body::Opaque(Opaque(vec![1, 2, 3]))).0;
    assert_eq!(Fact::decode(&fact.encode()).unwrap(), fact);
}

#[test]
fn numbers_of_kinds_are_for_ever() {
    for number in 0..=u16::MAX {
        assert_eq!(FactKind::from_number(number).number(), number);
    }
    let numbers = [FactKind::Booked, FactKind::CheckedIn, FactKind::Vaccinated, FactKind::PrescreenOnly];
    assert_eq!(numbers.map(FactKind::number), [1, 10, 11, 12]);
}

#[test]
fn a_dose_is_one_to_nine() {
    for dose in [0, 10, 255] {
        assert!(Fact::decode(&vaccinated(0, dose).0.encode()).is_err(), "{dose}");
    }
    assert!(Fact::decode(&vaccinated(0, 9).0.encode()).is_ok());
}

proptest! {
    #[test]
    fn what_was_written_is_read(facts in any_facts()) {
        for known in facts {
            let bytes = known.fact.encode();
            prop_assert_eq!(KnownFact::decode(&bytes).unwrap(), known);
        }
    }

    #[test]
    fn random_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Fact::decode(&bytes);
    }

    #[test]
    fn damaged_facts_do_not_panic(facts in any_facts(), place: prop::sample::Index, byte: u8, cut: prop::sample::Index) {
        let mut bytes = facts[0].fact.encode();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        if let Ok(fact) = Fact::decode(&bytes) {
            let _ = crate::common::folded(&[KnownFact { hash: facts[0].hash, fact }]);
        }
        bytes.truncate(cut.index(bytes.len()));
        let _ = Fact::decode(&bytes);
    }
}
