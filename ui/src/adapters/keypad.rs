//! 手入力.

use slint::{ComponentHandle, SharedString};
use uketsuke_domain::screen::{KeypadPhase, KeypadScreen, KeypadTrouble as DomainTrouble};

use super::convert::{map_count_to_int, model};
use crate::generated::{KeypadAdapter, KeypadTrouble, MainWindow, ScreenKind};

pub(super) fn show(ui: &MainWindow, screen: &KeypadScreen) -> ScreenKind {
    let adapter = ui.global::<KeypadAdapter>();
    let (code, name) = &screen.municipality;
    adapter.set_municipality_code(code.as_str().into());
    adapter.set_municipality_name(name.as_str().into());
    adapter.set_birth_date(matches!(screen.phase, KeypadPhase::BirthDate { .. }));
    let number = match &screen.phase {
        KeypadPhase::Number => String::new(),
        KeypadPhase::BirthDate { number } => map_number_to_groups(number),
    };
    adapter.set_number(number.into());
    adapter.set_cells(model(map_digits_to_cells(&screen.digits, screen.wanted)));
    adapter.set_typed(map_count_to_int(screen.digits.chars().count()));
    adapter.set_trouble(screen.trouble.map_or(KeypadTrouble::None, map_trouble));
    ScreenKind::Keypad
}

/// "1111 1111 13": groups of four can be compared with paper.
fn map_number_to_groups(number: &str) -> String {
    let mut grouped = String::new();
    for (place, digit) in number.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped
}

/// One cell for each digit that is due, whether typed or not.
fn map_digits_to_cells(digits: &str, wanted: usize) -> Vec<SharedString> {
    let typed = digits.chars().map(SharedString::from);
    typed.chain(std::iter::repeat(SharedString::new())).take(wanted).collect()
}

fn map_trouble(trouble: DomainTrouble) -> KeypadTrouble {
    match trouble {
        DomainTrouble::TooShort => KeypadTrouble::TooShort,
        DomainTrouble::NoSuchDay => KeypadTrouble::NoSuchDay,
        DomainTrouble::Future { .. } => KeypadTrouble::Future,
        DomainTrouble::BirthDateDiffers => KeypadTrouble::BirthDateDiffers,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_four() {
        for (number, grouped) in [("1111111113", "1111 1111 13"), ("1111", "1111"), ("", ""), ("12345", "1234 5")] {
            assert_eq!(map_number_to_groups(number), grouped);
        }
    }

    #[test]
    fn there_are_as_many_cells_as_digits_are_due() {
        assert_eq!(map_digits_to_cells("12", 4), ["1", "2", "", ""].map(SharedString::from));
        assert_eq!(map_digits_to_cells("123", 2).len(), 2);
    }
}
