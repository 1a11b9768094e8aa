//! 接種結果, its read-back, the board, and what was recorded.

use uketsuke_domain::reference::Role;
use uketsuke_domain::review::ReviewKind;
use uketsuke_domain::screen::{
    Acknowledged, AcknowledgedKind, BoardLine, BoardScreen, CheckInLine, Choice, DoneScreen, NextStep, OutcomeScreen,
    ReadBackScreen, Recorded, Screen, VerdictScreen, View,
};
use uketsuke_domain::verdict::{Level, OutcomeKind, Reason};

use super::people::{acknowledged, at, board, booking, check_ins, day, dose, hanako, long, outcomes};
use super::{cut_off, desk, entrance, view, visitor};

pub fn all() -> Vec<(&'static str, View)> {
    let mut views = outcome_screens();
    views.extend(read_backs());
    views.extend(dones());
    views.push(("board", view(desk(), Screen::Board(board_screen()))));
    views
}

fn outcome_screens() -> Vec<(&'static str, View)> {
    let outcome = OutcomeScreen {
        person: hanako(),
        check_in: CheckInLine::Arrived { at: at(10, 2), station: "受付2".into() },
        notes: Vec::new(),
        history: Vec::new(),
        dose: 1,
        board: board(),
        offers_check_in: false,
    };
    let late = OutcomeScreen {
        person: long(),
        check_in: CheckInLine::NotArrived,
        notes: vec![Reason::CheckInNotArrived],
        history: vec![dose(1, "2021-03-01")],
        dose: 2,
        board: BoardLine { booth: "3".into(), ..BoardLine::default() },
        offers_check_in: true,
    };
    let overridden = OutcomeScreen {
        notes: vec![
            Reason::IntervalTooShort { last: day("2021-03-08"), earliest: day("2021-03-29") },
            Reason::DoseDiffers { booked: 1, due: 2, fits: false },
            Reason::ClockInDoubt,
        ],
        board: board(),
        ..late.clone()
    };
    let doubtful = OutcomeScreen { notes: vec![Reason::ClockInDoubt], ..outcome.clone() };
    let verdict = VerdictScreen {
        level: Level::Proceed,
        reasons: Vec::new(),
        notes: Vec::new(),
        person: hanako(),
        booking: Some(booking(1, "2021-03-22")),
        history: Vec::new(),
        next: NextStep::ToOutcome,
        offers_outcome: false,
        data_as_of: Some(at(10, 21)),
        busy: false,
    };
    // What is asked once 接種済み was pressed: of the vaccine at hand, and of a dose chosen by hand.
    let jab = VerdictScreen {
        level: Level::Attention,
        reasons: vec![
            Reason::VaccineNotBooked { booked: "ファイザー".into(), given: "武田／モデルナ".into() },
            Reason::DoseGiven { dose: 1, day: day("2021-03-01") },
            Reason::DoseSkipped { due: 3, given: 1 },
        ],
        notes: vec![Reason::Missed { venue: "中央体育館".into(), day: day("2021-03-15") }],
        next: NextStep::GoOn { role: Role::VenueManager, special: false },
        ..verdict.clone()
    };
    vec![
        ("verdict-jab", view(desk(), Screen::Verdict(jab))),
        ("verdict-desk", view(desk(), Screen::Verdict(verdict))),
        ("outcome", view(desk(), Screen::Outcome(outcome))),
        ("outcome-late", view(desk(), Screen::Outcome(late))),
        ("outcome-overridden", view(desk(), Screen::Outcome(overridden))),
        ("outcome-doubtful", view(desk(), Screen::Outcome(doubtful))),
    ]
}

fn read_backs() -> Vec<(&'static str, View)> {
    let read_back = ReadBackScreen {
        person: hanako(),
        outcome: OutcomeKind::Vaccinated,
        dose: 1,
        board: board(),
        day: day("2021-03-22"),
        busy: false,
    };
    let prescreen = ReadBackScreen { outcome: OutcomeKind::PrescreenOnly, ..read_back.clone() };
    let busy = ReadBackScreen { busy: true, person: long(), ..read_back.clone() };
    vec![
        ("read-back", view(desk(), Screen::ReadBack(read_back))),
        ("read-back-prescreen", view(desk(), Screen::ReadBack(prescreen))),
        ("read-back-busy", view(desk(), Screen::ReadBack(busy))),
    ]
}

fn board_screen() -> BoardScreen {
    let choice = |label: &str, detail: &str, chosen, enabled| Choice {
        label: label.into(),
        detail: detail.into(),
        chosen,
        enabled,
    };
    BoardScreen {
        booth: "3".into(),
        doctors: vec![
            choice("厚労　太郎", "", true, true),
            choice("調布　良子", "", false, true),
            choice("勅使河原　クリストファー・アレクサンダー", "", false, true),
        ],
        lots: vec![
            choice("EW0001", "ファイザー　2021-06-30 まで", true, true),
            choice("EW0203", "ファイザー　2021-08-31 まで", false, true),
            choice("3002617", "武田／モデルナ　2021-10-09 まで", false, true),
            choice("EP2163", "ファイザー　2021-02-28 まで（期限切れ）", false, false),
            choice("EP9605", "ファイザー　2021-01-31 まで（期限切れ）", false, false),
        ],
    }
}

fn dones() -> Vec<(&'static str, View)> {
    let fact = acknowledged(AcknowledgedKind::Outcome(OutcomeKind::Vaccinated), 24, Some("フジツウ　ハナコ"), "1113");
    let done = DoneScreen {
        person: hanako(),
        recorded: Recorded { fact: fact.clone(), dose: Some(1), to_review: false },
        recent: outcomes(),
    };
    let review = Acknowledged { review: Some(ReviewKind::DoubleVaccination), ..fact.clone() };
    let double = DoneScreen {
        recorded: Recorded { fact: review.clone(), dose: Some(1), to_review: true },
        recent: std::iter::once(review).chain(outcomes().into_iter().skip(1)).collect(),
        ..done.clone()
    };
    let prescreen = Acknowledged { kind: AcknowledgedKind::Outcome(OutcomeKind::PrescreenOnly), ..fact };
    let only = DoneScreen { recorded: Recorded { fact: prescreen, dose: Some(1), to_review: false }, ..done.clone() };
    let checked_in = acknowledged(AcknowledgedKind::CheckedIn, 2, Some("フジツウ　ハナコ"), "1113");
    let arrived = DoneScreen {
        recorded: Recorded { fact: checked_in, dose: None, to_review: false },
        recent: check_ins(),
        ..done.clone()
    };
    vec![
        ("done", view(desk(), Screen::Done(done))),
        ("done-review", view(cut_off(), Screen::Done(double))),
        ("done-prescreen", view(desk(), Screen::Done(only))),
        ("done-check-in", view(entrance(), Screen::Done(arrived.clone()))),
        ("done-visitor", view(visitor(), Screen::Done(arrived))),
    ]
}
