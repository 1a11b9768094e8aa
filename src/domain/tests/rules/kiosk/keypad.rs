//! 手入力.

use uketsuke_domain::facts::Body;
use uketsuke_domain::kiosk::Event;
use uketsuke_domain::record::{Value, field};
use uketsuke_domain::screen::{KeypadPhase, KeypadTrouble, Press, ReadTrouble, Screen};

use super::door::{Door, HANAKO, STRANGER};
use crate::common::voucher_of;

fn keypad(door: &Door) -> uketsuke_domain::screen::KeypadScreen {
    let Screen::Keypad(screen) = door.screen() else { panic!("{:?}", door.shows()) };
    screen
}

#[test]
fn two_failed_reads_offer_the_keypad_and_a_good_one_resets() {
    let mut door = Door::entrance();
    let offers = |door: &Door| matches!(door.screen(), Screen::Welcome(screen) if screen.offer_keypad);
    door.scan("123");
    assert!(!offers(&door));
    door.feed(Event::Garbled);
    assert!(offers(&door));
    assert!(matches!(door.screen(), Screen::Welcome(screen) if screen.trouble == Some(ReadTrouble::Garbled)));
    door.scan(HANAKO);
    door.press(Press::Home);
    assert!(!offers(&door));
    door.scan("123");
    assert!(!offers(&door));
}

#[test]
fn a_typed_number_is_echoed_and_asks_for_the_birth_date() {
    let mut door = Door::entrance();
    door.press(Press::OpenKeypad);
    assert_eq!((keypad(&door).phase, keypad(&door).wanted), (KeypadPhase::Number, 10));
    door.type_digits(HANAKO);
    assert_eq!(keypad(&door).phase, KeypadPhase::BirthDate { number: HANAKO.to_owned() });
    assert_eq!((keypad(&door).digits.as_str(), keypad(&door).wanted), ("", 8));
    door.type_digits("19500401");
    assert_eq!(door.shows().0, "verdict");
    door.press(Press::CheckIn);
    let Body::CheckedIn(body) = &door.written[0].drafts[0].body else { panic!() };
    assert!(body.typed);
}

#[test]
fn a_wrong_birth_date_refuses_without_showing_the_person() {
    let mut door = Door::entrance();
    door.press(Press::OpenKeypad);
    door.type_digits(HANAKO);
    door.type_digits("19500402");
    assert_eq!(keypad(&door).trouble, Some(KeypadTrouble::BirthDateDiffers));
    assert!(!format!("{:?}", door.view()).contains("花子"));
    for _ in 0..8 {
        door.press(Press::Erase);
    }
    door.type_digits("19500401");
    assert_eq!(door.shows().0, "verdict");
}

#[test]
fn either_of_two_birth_dates_on_record_is_believed() {
    let mut door = Door::entrance();
    let values = ["1950-04-01", "1950-04-10"].map(|text| Value::Text(text.to_owned()));
    door.people.get_mut(&voucher_of(HANAKO)).unwrap().record.fields.insert(field::BIRTH.to_owned(), values.to_vec());
    door.press(Press::OpenKeypad);
    door.type_digits(HANAKO);
    door.type_digits("19500410");
    assert_eq!(door.shows().0, "verdict");
}

#[test]
fn what_is_wrong_is_said() {
    let mut door = Door::entrance();
    door.press(Press::OpenKeypad);
    door.type_digits("111");
    assert_eq!(keypad(&door).trouble, Some(KeypadTrouble::TooShort));
    door.type_digits("11111139999");
    assert_eq!(keypad(&door).phase, KeypadPhase::BirthDate { number: "1111111113".to_owned() }, "no eleventh digit");
    for (digits, trouble) in
        [("1950", KeypadTrouble::TooShort), ("13", KeypadTrouble::TooShort), ("32", KeypadTrouble::NoSuchDay)]
    {
        door.type_digits(digits);
        assert_eq!(keypad(&door).trouble, Some(trouble), "{digits}");
    }
    door.press(Press::Back);
    assert_eq!((keypad(&door).phase, keypad(&door).digits.as_str()), (KeypadPhase::Number, "1111111113"));
    door.press(Press::Enter);
    door.type_digits("20210511");
    assert!(matches!(keypad(&door).trouble, Some(KeypadTrouble::Future { .. })));
    door.press(Press::Back);
    door.press(Press::Back);
    assert_eq!(door.shows().0, "welcome");
}

#[test]
fn the_birth_date_of_a_stranger_is_written_with_the_first_fact() {
    let mut door = Door::desk();
    door.press(Press::OpenKeypad);
    door.type_digits(STRANGER);
    door.type_digits("19620228");
    let Screen::Verdict(screen) = door.screen() else { panic!() };
    assert_eq!(screen.person.birth.unwrap().to_string(), "1962-02-28");
}

#[test]
fn the_keypad_is_a_new_beginning() {
    let mut door = Door::entrance();
    door.feed(Event::Scan(HANAKO.to_owned()));
    door.feed(Event::Press(Press::OpenKeypad));
    door.settle();
    assert_eq!(door.shows().0, "keypad", "the late answer does not push the typing aside");
}
