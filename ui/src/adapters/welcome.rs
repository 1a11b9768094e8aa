//! 待機.

use slint::ComponentHandle;
use uketsuke_domain::code::{CodeKind, NotAVoucher};
use uketsuke_domain::screen::{ReadTrouble as DomainTrouble, WelcomeScreen};

use super::Setting;
use super::convert::{map_acknowledged, map_count_to_int, map_station, model};
use crate::generated::{MainWindow, ReadTrouble, ScreenKind, WelcomeAdapter};

/// As many as the strip has room for.
const RECENT_MAX: usize = 3;

pub(super) fn show(ui: &MainWindow, screen: &WelcomeScreen, setting: Setting) -> ScreenKind {
    let adapter = ui.global::<WelcomeAdapter>();
    let (trouble, digits) = screen.trouble.as_ref().map(map_trouble).unwrap_or_default();
    adapter.set_venue(screen.venue.as_str().into());
    adapter.set_station(map_station(screen.station));
    adapter.set_trouble(trouble);
    adapter.set_trouble_digits(digits);
    adapter.set_offer_keypad(screen.offer_keypad);
    let recent = screen.recent.iter().take(RECENT_MAX).map(|fact| map_acknowledged(fact, setting.now));
    adapter.set_recent(model(recent));
    ScreenKind::Welcome
}

fn map_trouble(trouble: &DomainTrouble) -> (ReadTrouble, i32) {
    let kind = match trouble {
        DomainTrouble::Garbled => ReadTrouble::Garbled,
        DomainTrouble::Disk => ReadTrouble::Disk,
        DomainTrouble::NotAVoucher(reason) => match reason {
            NotAVoucher::Length(digits) => return (ReadTrouble::Length, map_count_to_int(*digits)),
            NotAVoucher::Empty => ReadTrouble::Empty,
            NotAVoucher::CheckDigit => ReadTrouble::CheckDigit,
            NotAVoucher::Characters => ReadTrouble::Characters,
            NotAVoucher::Known(CodeKind::VaccineLabel) => ReadTrouble::VaccineLabel,
            NotAVoucher::Known(CodeKind::WebAddress) => ReadTrouble::WebAddress,
            NotAVoucher::Known(CodeKind::Product) => ReadTrouble::Product,
            NotAVoucher::Known(CodeKind::StaffCard) => ReadTrouble::StaffCard,
            NotAVoucher::Known(CodeKind::EnrolmentCode) => ReadTrouble::EnrolmentCode,
            NotAVoucher::DamagedOwnCode => ReadTrouble::DamagedCode,
            NotAVoucher::NewerCode => ReadTrouble::NewerCode,
            NotAVoucher::Cut => ReadTrouble::Cut,
        },
    };
    (kind, 0)
}
