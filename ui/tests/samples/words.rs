//! Every reason, every kind of review and every kind of unreadable code once: a new variant has no place to hide.

use std::iter::successors;

use uketsuke_domain::code::{CodeKind, NotAVoucher};
use uketsuke_domain::reference::Role;
use uketsuke_domain::review::{Review, ReviewKind};
use uketsuke_domain::screen::{
    CourierTrouble, CourierWay, NextStep, ReadTrouble, ReviewLine, ReviewsScreen, Screen, Station, VerdictScreen, View,
    WelcomeScreen,
};
use uketsuke_domain::verdict::{Level, OutcomeKind, Purpose, Reason, weigh};

use super::courier::failed;
use super::people::{at, booking, day, dose, hanako, place, sides, yesterday};
use super::{entrance, manager, view};

/// Every reason, with the longest words that are likely in it.
pub fn reasons() -> Vec<Reason> {
    successors(Some(Reason::VoucherDeleted), next_reason).collect()
}

/// A new variant does not compile until it has its place in the row.
fn next_reason(reason: &Reason) -> Option<Reason> {
    let vaccinated = OutcomeKind::Vaccinated;
    Some(match reason {
        Reason::VoucherDeleted => Reason::VoucherReplaced { last_four: "2041".into() },
        Reason::VoucherReplaced { .. } => Reason::OpenReview,
        Reason::OpenReview => {
            Reason::OutcomeRecorded { outcome: vaccinated, at: yesterday(9, 40), place: Some(place("接種済証12")) }
        }
        Reason::OutcomeRecorded { .. } => Reason::LeftRecorded { at: yesterday(9, 41) },
        Reason::LeftRecorded { .. } => Reason::AlreadyCheckedIn { at: at(9, 52), place: place("一階正面受付12") },
        Reason::AlreadyCheckedIn { .. } => {
            Reason::IntervalTooShort { last: day("2021-03-08"), earliest: day("2021-12-29") }
        }
        Reason::IntervalTooShort { .. } => Reason::TooYoung { limit: 12, from: day("2021-12-28") },
        Reason::TooYoung { .. } => Reason::TooOld { limit: 11, until: day("2021-02-27") },
        Reason::TooOld { .. } => Reason::VaccineDiffers {
            first: "武田／モデルナ".into(),
            planned: "ファイザー社(5から11歳用)".into(),
        },
        Reason::VaccineDiffers { .. } => Reason::VaccineNotBooked {
            booked: "武田／モデルナ".into(),
            given: "ファイザー社(5から11歳用)".into(),
        },
        Reason::VaccineNotBooked { .. } => Reason::DoseDiffers { booked: 1, due: 2, fits: true },
        Reason::DoseDiffers { fits: true, .. } => Reason::DoseDiffers { booked: 2, due: 3, fits: false },
        Reason::DoseDiffers { fits: false, .. } => Reason::DoseGiven { dose: 2, day: day("2021-12-28") },
        Reason::DoseGiven { .. } => Reason::DoseSkipped { due: 3, given: 0 },
        Reason::DoseSkipped { given: 0, .. } => Reason::DoseSkipped { due: 4, given: 2 },
        Reason::DoseSkipped { .. } => Reason::PrescreenSticker,
        Reason::PrescreenSticker => Reason::StickerOfAnotherDose { sticker: 0, due: 2 },
        Reason::StickerOfAnotherDose { sticker: 0, .. } => Reason::StickerOfAnotherDose { sticker: 1, due: 2 },
        Reason::StickerOfAnotherDose { .. } => {
            Reason::Cancelled { at: yesterday(8, 0), by: Some("勅使河原".into()) }
        }
        Reason::Cancelled { .. } => Reason::MarkedNoShow { at: yesterday(17, 30) },
        Reason::MarkedNoShow { .. } => Reason::SlotFull { capacity: 120 },
        Reason::SlotFull { .. } => {
            Reason::BookedElsewhere { venue: "西部総合スポーツセンター".into(), day: day("2021-12-29") }
        }
        Reason::BookedElsewhere { .. } => Reason::BookedAnotherDay { day: day("2021-12-29") },
        Reason::BookedAnotherDay { .. } => Reason::NoBookingToday,
        Reason::NoBookingToday => {
            Reason::Missed { venue: "西部総合スポーツセンター".into(), day: day("2021-12-01") }
        }
        Reason::Missed { .. } => Reason::TooEarly { from_minute: 13 * 60 + 30 },
        Reason::TooEarly { .. } => Reason::TooLate { until_minute: 9 * 60 + 5 },
        Reason::TooLate { .. } => Reason::HistoryNotHere,
        Reason::HistoryNotHere => Reason::AmbiguousNumber,
        Reason::AmbiguousNumber => Reason::SameName,
        Reason::SameName => Reason::BirthDateDiffers,
        Reason::BirthDateDiffers => Reason::GuardianNeeded { age: 15 },
        Reason::GuardianNeeded { .. } => Reason::NewerFacts,
        Reason::NewerFacts => Reason::CheckInNotArrived,
        Reason::CheckInNotArrived => Reason::ClockInDoubt,
        Reason::ClockInDoubt => Reason::DataStale { as_of: Some(at(9, 30)) },
        Reason::DataStale { as_of: Some(_) } => Reason::DataStale { as_of: None },
        Reason::DataStale { as_of: None } => return None,
    })
}

/// Every kind of review.
pub fn review_kinds() -> Vec<ReviewKind> {
    successors(Some(ReviewKind::OutcomeConflict), |kind| next_review_kind(*kind)).collect()
}

fn next_review_kind(kind: ReviewKind) -> Option<ReviewKind> {
    Some(match kind {
        ReviewKind::OutcomeConflict => ReviewKind::DoubleVaccination,
        ReviewKind::DoubleVaccination => ReviewKind::DoubleCheckIn,
        ReviewKind::DoubleCheckIn => ReviewKind::LeftButTreated,
        ReviewKind::LeftButTreated => ReviewKind::HalfTransfer,
        ReviewKind::HalfTransfer => ReviewKind::CancelledButCame,
        ReviewKind::CancelledButCame => ReviewKind::NoShowButCame,
        ReviewKind::NoShowButCame => ReviewKind::MovedButCame,
        ReviewKind::MovedButCame => ReviewKind::InvalidButCame,
        ReviewKind::InvalidButCame => ReviewKind::ErasedButCame,
        ReviewKind::ErasedButCame => ReviewKind::RivalPlacements,
        ReviewKind::RivalPlacements => ReviewKind::RivalBookings,
        ReviewKind::RivalBookings => ReviewKind::DoseOrder,
        ReviewKind::DoseOrder => ReviewKind::PairedDoseWaits,
        ReviewKind::PairedDoseWaits => ReviewKind::CertificateRecall,
        ReviewKind::CertificateRecall => ReviewKind::Overbooked,
        ReviewKind::Overbooked => ReviewKind::RivalCorrections,
        ReviewKind::RivalCorrections => ReviewKind::RivalResolutions,
        ReviewKind::RivalResolutions => ReviewKind::DanglingCorrection,
        ReviewKind::DanglingCorrection => ReviewKind::PersonalData,
        ReviewKind::PersonalData => return None,
    })
}

/// Why a read led to no person.
fn read_troubles() -> Vec<ReadTrouble> {
    let codes = [
        NotAVoucher::Empty,
        NotAVoucher::Length(17),
        NotAVoucher::CheckDigit,
        NotAVoucher::Characters,
        NotAVoucher::Known(CodeKind::VaccineLabel),
        NotAVoucher::Known(CodeKind::WebAddress),
        NotAVoucher::Known(CodeKind::Product),
        NotAVoucher::Known(CodeKind::StaffCard),
        NotAVoucher::Known(CodeKind::EnrolmentCode),
        NotAVoucher::Cut,
        NotAVoucher::DamagedOwnCode,
        NotAVoucher::NewerCode,
    ];
    let codes = codes.into_iter().map(ReadTrouble::NotAVoucher);
    codes.chain([ReadTrouble::Garbled, ReadTrouble::Disk]).collect()
}

/// A verdict for these reasons, with the level that they have at the entrance.
pub fn verdict(reasons: Vec<Reason>) -> VerdictScreen {
    let is_note = |reason: &Reason| weigh(reason, Purpose::CheckIn, 2).0 == Level::Proceed;
    let (notes, reasons): (Vec<Reason>, Vec<Reason>) = reasons.into_iter().partition(is_note);
    let level = reasons.iter().map(|reason| weigh(reason, Purpose::CheckIn, 2).0).max().unwrap_or(Level::Proceed);
    VerdictScreen {
        level,
        reasons,
        notes,
        person: hanako(),
        booking: Some(booking(2, "2021-03-22")),
        history: vec![dose(1, "2021-03-01")],
        next: match level {
            Level::Proceed => NextStep::CheckIn,
            Level::Attention => NextStep::GoOn { role: Role::VenueManager, special: false },
            Level::Stop => NextStep::NextPerson,
        },
        offers_outcome: false,
        data_as_of: Some(at(9, 30)),
        busy: false,
    }
}

/// A verdict for each reason alone.
pub fn verdicts() -> Vec<(String, View)> {
    let each = reasons().into_iter().enumerate();
    each.map(|(place, reason)| {
        (format!("reason-{place:02}-{}", reason.code()), view(entrance(), Screen::Verdict(verdict(vec![reason]))))
    })
    .collect()
}

/// A list with each kind of review alone, its sides of every kind of fact in turn.
pub fn review_screens() -> Vec<(String, View)> {
    let each = review_kinds().into_iter().enumerate();
    each.map(|(place, kind)| {
        let review = Review { kind, sides: sides(place), field: None };
        let screen = ReviewsScreen { reviews: vec![ReviewLine { person: hanako(), review }] };
        (format!("review-{place:02}-{}", kind.code()), view(manager(), Screen::Reviews(screen)))
    })
    .collect()
}

/// A welcome for each trouble with a code.
pub fn welcomes() -> Vec<(String, View)> {
    let each = read_troubles().into_iter().enumerate();
    each.map(|(place, trouble)| {
        let screen = WelcomeScreen {
            venue: "東部公民館".into(),
            station: Station::EntranceStaffed,
            trouble: Some(trouble),
            offer_keypad: true,
            recent: Vec::new(),
        };
        (format!("code-{place:02}"), view(entrance(), Screen::Welcome(screen)))
    })
    .collect()
}

/// Why nothing was carried.
fn courier_trouble_kinds() -> Vec<CourierTrouble> {
    successors(Some(CourierTrouble::StickGone), |trouble| next_courier_trouble(*trouble)).collect()
}

fn next_courier_trouble(trouble: CourierTrouble) -> Option<CourierTrouble> {
    Some(match trouble {
        CourierTrouble::StickGone => CourierTrouble::StickFull,
        CourierTrouble::StickFull => CourierTrouble::StickReadOnly,
        CourierTrouble::StickReadOnly => CourierTrouble::NotForUs,
        CourierTrouble::NotForUs => CourierTrouble::Stranger,
        CourierTrouble::Stranger => CourierTrouble::Newer,
        CourierTrouble::Newer => CourierTrouble::Damaged,
        CourierTrouble::Damaged => CourierTrouble::OwnDisk,
        CourierTrouble::OwnDisk => CourierTrouble::Stopped,
        CourierTrouble::Stopped => return None,
    })
}

/// An end for each of them, both ways.
pub fn courier_troubles() -> Vec<(String, View)> {
    let ways = [(CourierWay::Out, "out"), (CourierWay::In, "in")];
    let each = courier_trouble_kinds().into_iter().flat_map(|trouble| ways.map(|way| (trouble, way)));
    each.map(|(trouble, (way, name))| (format!("carry-{name}-{trouble:?}"), failed(way, trouble))).collect()
}

/// All of them.
pub fn all() -> Vec<(String, View)> {
    let mut views = verdicts();
    views.extend(review_screens());
    views.extend(welcomes());
    views.extend(courier_troubles());
    views
}
