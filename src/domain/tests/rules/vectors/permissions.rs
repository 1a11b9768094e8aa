//! `tests/vectors/permissions.json`: who may do what, as the manuals say it.

use std::collections::BTreeSet;

use serde_json::Value;
use uketsuke_domain::authority::{Actor, Operation, Permissions, Place, Source, cell};
use uketsuke_domain::ids::VenueNumber;
use uketsuke_domain::reference::Role;

const CASES: &str = include_str!("../../../../../tests/vectors/permissions.json");

fn cases() -> Vec<Value> {
    let file: Value = serde_json::from_str(CASES).unwrap();
    file["cases"].as_array().unwrap().clone()
}

fn operation(case: &Value) -> Operation {
    Operation::from_code(case["operation"].as_str().unwrap()).expect("an operation's code")
}

fn role(case: &Value) -> Role {
    Role::ALL.into_iter().find(|role| role.name() == case["role"].as_str().unwrap()).expect("a role's Japanese name")
}

#[test]
fn permissions_are_as_the_vectors_say() {
    let (own, other): (VenueNumber, VenueNumber) = ("001".into(), "002".into());
    for case in cases() {
        let at_venue = matches!(role(&case), Role::VenueStaff | Role::VenueManager);
        let venues: &[VenueNumber] = if at_venue { std::slice::from_ref(&own) } else { &[] };
        let place = match case["venue"].as_str().unwrap() {
            "own" => Place::Venue(&own),
            "other" => Place::Venue(&other),
            "municipality" => Place::Municipality,
            unknown => panic!("{unknown}"),
        };
        let actor = Actor { role: role(&case), venues, special: case["special"].as_bool().unwrap() };
        let allowed = Permissions::default().check(operation(&case), &actor, place).is_ok();
        assert_eq!(allowed, case["allowed"].as_bool().unwrap(), "{}", case["name"]);
        let source = match cell(operation(&case), role(&case)).source {
            Source::Said { manual, .. } => manual,
            Source::OurDecision(_) => "our decision",
        };
        assert_eq!(source, case["source"].as_str().unwrap(), "{}", case["name"]);
    }
}

#[test]
fn every_operation_that_a_manual_speaks_of_below_the_administrator_has_a_case() {
    let covered: BTreeSet<_> = cases().iter().map(|case| (operation(case).code(), role(case).code())).collect();
    for &operation in Operation::ALL {
        for role in [Role::VenueStaff, Role::VenueManager, Role::CallCentre] {
            let said = matches!(cell(operation, role).source, Source::Said { .. });
            let has_case = covered.contains(&(operation.code(), role.code()));
            assert!(!said || has_case, "no case of {} for {}", operation.code(), role.code());
        }
    }
}

#[test]
fn names_are_unique() {
    let cases = cases();
    let names: BTreeSet<&str> = cases.iter().map(|case| case["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), cases.len());
}
