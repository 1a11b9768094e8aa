//! `tests/vectors/bookings.json`: who may book which slot, and every reason against it.

use jiff::civil::DateTime;
use serde::Deserialize;
use serde_json::Value;
use uketsuke_domain::authority::{Actor, Operation};
use uketsuke_domain::booking::{Asker, Request, VoucherState, ask};
use uketsuke_domain::fold::BookingState;
use uketsuke_domain::reference::Role;
use uketsuke_domain::time::{Day, Moment};
use uketsuke_domain::verdict::{DoseBefore, Person};

use super::cases;
use super::slots::SlotCase;
use crate::common::{booked, folded, own_venues, settings};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[expect(dead_code, reason = "the loader checks that it is there")]
    source: String,
    now: String,
    asker: String,
    #[serde(default = "one")]
    dose: u8,
    #[serde(default)]
    person: PersonCase,
    slot: SlotCase,
    /// "削除", "再発行" or "サイト利用停止"; nothing said means that the voucher is valid.
    voucher: Option<String>,
    /// 非公開の会場.
    #[serde(default)]
    hidden_venue: bool,
    #[serde(default)]
    taken: u32,
    #[serde(default)]
    as_pair: bool,
    /// The person's booking that would move here.
    moves: Option<String>,
    /// What stands against it, gravest first; empty when the place may be had.
    refusals: Vec<String>,
    /// What is irregular about it when it may be had.
    #[serde(default)]
    irregular: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct PersonCase {
    birth: Option<String>,
    #[serde(default)]
    doses: Vec<DoseCase>,
    /// The dose of an open booking "B1".
    booked: Option<u8>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DoseCase {
    dose: u8,
    day: String,
    vaccine: Option<String>,
}

fn one() -> u8 {
    1
}

fn asker(name: &str) -> Asker<'static> {
    let (name, special) = match name.strip_suffix("（特別権限）") {
        Some(name) => (name, true),
        None => (name, false),
    };
    let Some(role) = Role::ALL.into_iter().find(|role| role.name() == name) else {
        assert_eq!(name, "住民");
        return Asker::Resident;
    };
    Asker::Staff(Actor { role, venues: own_venues(role), special })
}

fn open(dose: Option<u8>) -> Vec<BookingState> {
    let facts = dose.map(|dose| booked(30).dose(dose).id(1));
    folded(&facts.into_iter().collect::<Vec<_>>()).bookings
}

#[test]
fn bookings() {
    let settings = settings();
    let mut seen = std::collections::BTreeSet::new();
    for case in cases("bookings") {
        let case: Case = serde_json::from_value(Value::Object(case)).unwrap();
        let before: Vec<DoseBefore> = case
            .person
            .doses
            .iter()
            .map(|dose| DoseBefore {
                day: Day::parse(&dose.day).unwrap(),
                product: dose.vaccine.as_deref().map(Into::into),
                dose: dose.dose,
            })
            .collect();
        let open = open(case.person.booked);
        let moves = case.moves.as_deref().map(Into::into);
        let slot = case.slot.slot("a");
        let request = Request {
            person: Person { birth: case.person.birth.as_deref().and_then(Day::parse), before: &before },
            voucher: VoucherState {
                deleted: case.voucher.as_deref() == Some("削除"),
                replaced_by: (case.voucher.as_deref() == Some("再発行")).then_some("1112"),
                barred: case.voucher.as_deref() == Some("サイト利用停止"),
            },
            venue_is_public: !case.hidden_venue,
            open: &open,
            dose: case.dose,
            slot: &slot,
            taken: case.taken,
            instead_of: moves.as_ref(),
            as_pair: case.as_pair,
            now: Moment::in_japan(case.now.replace(' ', "T").parse::<DateTime>().unwrap()),
            settings: &settings,
        };
        let (refusals, irregular) = match ask(&request, asker(&case.asker)) {
            Ok(leave) => (Vec::new(), leave.irregular().map(Operation::code).map(str::to_owned).collect()),
            Err(refused) => {
                let denied = refused.denied.iter().map(|_| "not-for-this-role".to_owned());
                let refusals = refused.refusals.iter().map(|(refusal, _)| refusal.code().to_owned());
                (refusals.chain(denied).collect(), Vec::new())
            }
        };
        assert_eq!((refusals.clone(), irregular), (case.refusals, case.irregular), "{}", case.name);
        seen.extend(refusals);
    }
    let all = [
        "closed",
        "not-public",
        "past",
        "not-same-day",
        "full",
        "only-as-pair",
        "already-booked",
        "already-given",
        "clashes-with-booking",
        "order-of-doses",
        "interval-too-short",
        "too-young",
        "too-old",
        "vaccine-differs",
        "dose-differs",
        "dose-skipped",
        "barred",
        "not-open",
        "voucher-deleted",
        "voucher-replaced",
    ];
    assert!(all.iter().all(|code| seen.contains(*code)), "a refusal without a case: {seen:?}");
}
