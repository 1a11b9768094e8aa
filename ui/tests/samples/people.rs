//! People, days and facts that the samples share.

use uketsuke_domain::code::{Municipality, Voucher, VoucherNumber};
use uketsuke_domain::facts::FactKind;
use uketsuke_domain::ids::{FactHash, FactId, VenueNumber};
use uketsuke_domain::review::{Review, ReviewKind, Side};
use uketsuke_domain::screen::{
    Acknowledged, AcknowledgedKind, BoardLine, BookingLine, DoseLine, Held, PersonCard, ReviewLine,
};
use uketsuke_domain::time::{Day, Moment};
use uketsuke_domain::verdict::{OutcomeKind, Place};

/// 2021-03-22 00:00 in Japan.
const MIDNIGHT: Moment = Moment(1_616_338_800_000);

pub fn at(hour: i64, minute: i64) -> Moment {
    MIDNIGHT.plus_ms((hour * 60 + minute) * 60_000)
}

pub fn yesterday(hour: i64, minute: i64) -> Moment {
    at(hour - 24, minute)
}

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

pub fn voucher(number: &str) -> Voucher {
    Voucher { municipality: Municipality::parse("132080").unwrap(), number: VoucherNumber::parse(number).unwrap() }
}

pub fn hanako() -> PersonCard {
    PersonCard {
        name: Some("富士通　花子".into()),
        kana: Some("フジツウ　ハナコ".into()),
        birth: Some(day("1980-01-01")),
        voucher: voucher("1111111113"),
        municipality_name: Some("調布市".into()),
        same_name: false,
        held: Held::Record,
    }
}

/// A name that no card has room for.
pub fn long() -> PersonCard {
    PersonCard {
        name: Some("クリストファー・アレクサンダー・勅使河原・モンゴメリー".into()),
        kana: Some("クリストファー　アレクサンダー　テシガワラ　モンゴメリー".into()),
        birth: Some(day("1948-12-31")),
        same_name: true,
        held: Held::Record,
        ..hanako()
    }
}

/// Nothing on record but the voucher.
pub fn unknown() -> PersonCard {
    PersonCard { held: Held::Nothing, ..nameless() }
}

pub fn nameless() -> PersonCard {
    PersonCard { name: None, kana: None, birth: None, municipality_name: None, ..hanako() }
}

pub fn place(station: &str) -> Place {
    Place { venue: VenueNumber::from("101"), station: station.into() }
}

pub fn booking(dose: u8, on: &str) -> BookingLine {
    BookingLine {
        day: day(on),
        minutes: (600, 630),
        venue: "東部公民館".into(),
        product: "ファイザー".into(),
        dose,
        number: "10023".into(),
    }
}

pub fn dose(dose: u8, on: &str) -> DoseLine {
    DoseLine { dose, day: day(on), product: "ファイザー".into(), lot: Some("EW0001".into()) }
}

pub fn board() -> BoardLine {
    BoardLine {
        booth: "3".into(),
        doctor: Some("厚労　太郎".into()),
        lot: Some(("EW0001".into(), "ファイザー".into(), Some(day("2021-06-30")))),
    }
}

pub fn acknowledged(kind: AcknowledgedKind, minute: i64, kana: Option<&str>, last_four: &str) -> Acknowledged {
    Acknowledged {
        id: FactId([7; 16]),
        kind,
        recorded_at: at(10, minute),
        last_four: last_four.into(),
        kana: kana.map(Into::into),
        review: None,
    }
}

pub fn check_ins() -> Vec<Acknowledged> {
    vec![
        acknowledged(AcknowledgedKind::CheckedIn, 1, Some("サトウ　イチロウ"), "2041"),
        acknowledged(AcknowledgedKind::CheckedIn, 0, None, "7730"),
        Acknowledged {
            recorded_at: yesterday(16, 58),
            ..acknowledged(AcknowledgedKind::CheckedIn, 0, Some("クリストファー　テシガワラ"), "0912")
        },
    ]
}

pub fn outcomes() -> Vec<Acknowledged> {
    let vaccinated = AcknowledgedKind::Outcome(OutcomeKind::Vaccinated);
    vec![
        acknowledged(vaccinated, 24, Some("フジツウ　ハナコ"), "1113"),
        acknowledged(vaccinated, 20, Some("サトウ　イチロウ"), "2041"),
        acknowledged(AcknowledgedKind::Outcome(OutcomeKind::PrescreenOnly), 15, Some("スズキ　ミドリ"), "7730"),
    ]
}

fn side(kind: FactKind, dose: Option<u8>, minute: i64, station: &str, staff: &str) -> Side {
    Side {
        fact: FactHash([1; 32]),
        kind,
        dose,
        happened_at: at(10, minute),
        recorded_at: at(10, minute),
        place: place(station),
        staff: staff.into(),
    }
}

/// Three facts that a review may name, of every kind in turn.
pub fn sides(turn: usize) -> Vec<Side> {
    let kinds = [
        FactKind::Booked,
        FactKind::Moved,
        FactKind::Cancelled,
        FactKind::Reinstated,
        FactKind::CheckedIn,
        FactKind::Vaccinated,
        FactKind::PrescreenOnly,
        FactKind::LeftBefore,
        FactKind::VisitReopened,
        FactKind::NoShow,
        FactKind::Corrected,
        FactKind::Misfiled,
        FactKind::Filed,
        FactKind::Resolved,
        FactKind::Overridden,
        FactKind::CertificateIssued,
        FactKind::VoucherReplaced,
    ];
    let named = kinds.into_iter().cycle().skip(turn).take(3);
    named.map(|kind| side(kind, Some(2), 12, "一階正面受付12", "勅使河原 権左衛門")).collect()
}

pub fn reviews() -> Vec<ReviewLine> {
    let review = |kind, sides, field| Review { kind, sides, field };
    let late = Side { recorded_at: at(10, 20), ..side(FactKind::CheckedIn, None, 5, "受付2", "鈴木") };
    vec![
        ReviewLine {
            person: hanako(),
            review: review(
                ReviewKind::OutcomeConflict,
                vec![
                    side(FactKind::Vaccinated, Some(1), 12, "接種済証1", "佐藤"),
                    side(FactKind::PrescreenOnly, None, 13, "接種済証3", "鈴木"),
                ],
                None,
            ),
        },
        ReviewLine {
            person: nameless(),
            review: review(
                ReviewKind::DoubleCheckIn,
                vec![side(FactKind::CheckedIn, None, 2, "受付1", "山田"), late],
                None,
            ),
        },
        ReviewLine {
            person: long(),
            review: review(
                ReviewKind::PersonalData,
                Vec::new(),
                Some(("生年月日".into(), vec!["1948-12-31".into(), "1948-12-13".into()])),
            ),
        },
    ]
}
