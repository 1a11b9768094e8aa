//! Codes of our own: print, read, misread.

use proptest::prelude::*;

use super::*;
use crate::code::{Scanned, Unreadable, what_is};

fn municipality() -> Municipality {
    Municipality::parse("132080").unwrap()
}

fn card(id: [u8; 16]) -> StaffCard {
    StaffCard { municipality: municipality(), card: CardId::new(id) }
}

fn with_right_check(head: &str) -> String {
    format!("{head}{}", check(head))
}

/// Whether a text is no code at all, or this card.
fn is_refused_or(card: StaffCard, text: &str) -> bool {
    let read = what_is(text);
    read == Scanned::StaffCard(card) || matches!(read, Scanned::Unreadable(_))
}

#[test]
fn the_secret_is_in_the_print_and_not_in_the_log() {
    let card = card(*b"0123456789abcdef");
    let printed = card.to_string();
    assert_eq!(printed.len(), LENGTH);
    assert!(printed.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()));
    assert_eq!(format!("{card:?}"), "StaffCard { municipality: 132080, card: ······ }");
}

#[test]
fn a_hand_may_write_it_small_and_mistake_look_alikes() {
    let code = EnrolmentCode { municipality: municipality(), token: EnrolmentToken::new([0; 16]) };
    let printed = code.to_string();
    let typed = printed.to_lowercase().replace('0', "o").replace('1', "l");
    assert_eq!(typed.parse(), Ok(code));
    assert_eq!(what_is(&format!(" {typed}\r")), Scanned::Enrolment(code));
}

#[test]
fn one_kind_is_not_the_other() {
    let printed = card([7; 16]).to_string();
    assert_eq!(printed.parse::<EnrolmentCode>(), Err(OwnCodeError::OtherKind));
    assert_eq!("UKULELE".parse::<StaffCard>(), Err(OwnCodeError::NotOurs));
    assert_eq!(printed.replacen('S', "E", 1).parse::<EnrolmentCode>(), Err(OwnCodeError::Damaged));
}

#[test]
fn newer_formats_and_kinds_are_told_from_damage() {
    let printed = card([7; 16]).to_string();
    assert_eq!(what_is(&printed.replacen('1', "2", 1)), Scanned::Unreadable(Unreadable::NewerCode));
    let other_kind = with_right_check(&printed.replacen('S', "V", 1)[..36]);
    assert_eq!(what_is(&other_kind), Scanned::Unreadable(Unreadable::NewerCode));
    for damaged in [&printed[..39], &printed[..10], &format!("{printed}0"), &printed.replacen('1', "0", 1)] {
        assert_eq!(what_is(damaged), Scanned::Unreadable(Unreadable::DamagedOwnCode), "{damaged}");
    }
}

#[test]
fn a_right_check_does_not_excuse_a_wrong_municipality_or_an_id_of_130_bits() {
    let id = "0".repeat(26);
    for head in
        [format!("UKS1132081{id}"), format!("UKS11320808{}", "0".repeat(25)), format!("UKS1132080{}U", &id[1..])]
    {
        assert_eq!(with_right_check(&head).parse::<StaffCard>(), Err(OwnCodeError::Damaged), "{head}");
    }
}

#[test]
fn texts_that_only_resemble_ours_are_not_ours() {
    for text in ["UK", "UKS", "UKS1", "UK11320800", "UKSX132080", "ÜKS1132080", "UKé1132080"] {
        assert_eq!(what_is(text), Scanned::Unreadable(Unreadable::Characters), "{text}");
    }
}

proptest! {
    #[test]
    fn what_is_printed_reads_back(id: [u8; 16]) {
        let card = card(id);
        prop_assert_eq!(card.to_string().parse(), Ok(card));
        prop_assert_eq!(what_is(&card.to_string()), Scanned::StaffCard(card));
        let code = EnrolmentCode { municipality: municipality(), token: EnrolmentToken::new(id) };
        prop_assert_eq!(what_is(&code.to_string()), Scanned::Enrolment(code));
    }

    #[test]
    fn one_wrong_character_is_refused_or_means_the_same(id: [u8; 16], at in 0..LENGTH, to in "[0-9A-Za-z%é]") {
        let card = card(id);
        let mut text = card.to_string();
        text.replace_range(at..=at, &to);
        prop_assert!(is_refused_or(card, &text));
    }

    #[test]
    fn two_swapped_characters_are_refused_or_mean_the_same(id: [u8; 16], at in 0..LENGTH - 1) {
        let card = card(id);
        let mut bytes = card.to_string().into_bytes();
        bytes.swap(at, at + 1);
        prop_assert!(is_refused_or(card, &String::from_utf8(bytes).unwrap()));
    }
}
