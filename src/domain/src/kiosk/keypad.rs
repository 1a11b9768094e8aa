//! 手入力: ten digits, then the birth date, for a 券番号 has no check digit.

use super::{Effect, Kiosk, Query, Signal, State};
use crate::code::{Voucher, VoucherNumber};
use crate::screen::{KeypadPhase, KeypadScreen, KeypadTrouble, Press};
use crate::time::Day;

/// What was typed so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Keypad {
    /// The number, once it was entered.
    number: Option<VoucherNumber>,
    digits: String,
    trouble: Option<KeypadTrouble>,
}

const NUMBER_DIGITS: usize = 10;
const DATE_DIGITS: usize = 8;

impl Keypad {
    fn wanted(&self) -> usize {
        if self.number.is_some() { DATE_DIGITS } else { NUMBER_DIGITS }
    }

    pub(super) fn screen(&self, kiosk: &Kiosk) -> KeypadScreen {
        let code = kiosk.config.municipality;
        let name = kiosk.roster.settings.as_ref().and_then(|settings| settings.municipality_name(code));
        KeypadScreen {
            municipality: (code.to_string(), name.unwrap_or_default()),
            phase: match self.number {
                None => KeypadPhase::Number,
                Some(number) => KeypadPhase::BirthDate { number: number.to_string() },
            },
            digits: self.digits.clone(),
            wanted: self.wanted(),
            trouble: self.trouble,
        }
    }

    pub(super) fn press(mut self, press: Press, kiosk: &mut Kiosk, effects: &mut Vec<Effect>) {
        match press {
            Press::Digit(digit) if digit <= 9 && self.digits.len() < self.wanted() => {
                self.digits.push(char::from(b'0' + digit));
                self.trouble = None;
            }
            Press::Erase => {
                self.digits.pop();
                self.trouble = None;
            }
            Press::Enter => return self.enter(kiosk, effects),
            Press::Back => match self.number.take() {
                None => return kiosk.go_home(effects),
                Some(number) => self = Self { digits: number.to_string(), ..Self::default() },
            },
            _ => return,
        }
        // Typing goes on: the deadline starts anew.
        kiosk.enter(State::Keypad(self), effects);
    }

    fn enter(mut self, kiosk: &mut Kiosk, effects: &mut Vec<Effect>) {
        match self.number {
            None => match VoucherNumber::parse(&self.digits) {
                None => self.trouble = Some(KeypadTrouble::TooShort),
                Some(number) => self = Self { number: Some(number), ..Self::default() },
            },
            Some(number) => match self.birth_date(Day(kiosk.now.day())) {
                Err(trouble) => self.trouble = Some(trouble),
                Ok(birth) => {
                    let voucher = Voucher { municipality: kiosk.config.municipality, number };
                    kiosk.ask(Query { voucher, short: true, sticker: None, typed_birth: Some(birth) }, effects);
                }
            },
        }
        if self.trouble.is_some() {
            effects.push(Effect::Signal(Signal::Misread));
        }
        kiosk.enter(State::Keypad(self), effects);
    }

    fn birth_date(&self, today: Day) -> Result<Day, KeypadTrouble> {
        if self.digits.len() < DATE_DIGITS {
            return Err(KeypadTrouble::TooShort);
        }
        let day = Day::parse(&self.digits).ok_or(KeypadTrouble::NoSuchDay)?;
        if day > today { Err(KeypadTrouble::Future { today }) } else { Ok(day) }
    }
}

impl Kiosk {
    /// The record says otherwise: whose it is stays hidden, and both can be typed again.
    pub(super) fn keypad_refuses(&mut self, trouble: KeypadTrouble, effects: &mut Vec<Effect>) {
        let typed = if let State::Keypad(keypad) = &self.state { keypad.clone() } else { Keypad::default() };
        self.enter(State::Keypad(Keypad { trouble: Some(trouble), ..typed }), effects);
        effects.push(Effect::Signal(Signal::Misread));
    }
}
