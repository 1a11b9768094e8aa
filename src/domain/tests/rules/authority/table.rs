//! The table: names, sources, and the order of the roles.

use std::collections::BTreeSet;

use uketsuke_domain::authority::{Grant, Operation, Permissions, Source, cell};
use uketsuke_domain::reference::Role;

#[test]
fn codes_and_names_are_unique_and_read_back() {
    let codes: BTreeSet<&str> = Operation::ALL.iter().map(|operation| operation.code()).collect();
    let names: BTreeSet<&str> = Operation::ALL.iter().map(|operation| operation.name()).collect();
    assert_eq!((codes.len(), names.len()), (Operation::ALL.len(), Operation::ALL.len()));
    for &operation in Operation::ALL {
        assert_eq!(Operation::from_code(operation.code()), Some(operation));
        assert_eq!(serde_json::to_value(operation).unwrap(), operation.code(), "screens and settings use one name");
    }
    assert_eq!(Operation::from_code("Overbook"), None);
    for role in Role::ALL {
        assert_eq!(Role::from_code(role.code()), Some(role));
        assert_eq!(serde_json::to_value(role).unwrap(), role.code());
    }
    for grant in [Grant::Never, Grant::OwnVenue, Grant::Municipality, Grant::Special] {
        assert_eq!(serde_json::to_value(grant).unwrap(), grant.code());
    }
}

#[test]
fn every_cell_says_why() {
    for &operation in Operation::ALL {
        for role in Role::ALL {
            let (first, second) = match cell(operation, role).source {
                Source::Said { manual, sentence } => (manual, sentence),
                Source::OurDecision(why) => (why, why),
            };
            assert!(!first.is_empty() && !second.is_empty(), "{} {}", operation.code(), role.code());
        }
    }
}

#[test]
fn the_call_centre_does_nothing_irregular_and_nobody_may_change_that() {
    let irregular: Vec<Operation> = Operation::ALL.iter().copied().filter(|one| one.is_irregular()).collect();
    assert_eq!(irregular.len(), 23);
    for operation in irregular {
        let cell = cell(operation, Role::CallCentre);
        assert_eq!((cell.grant, cell.adjustable), (Grant::Never, false), "{}", operation.code());
    }
}

#[test]
fn a_superior_may_what_those_below_may() {
    let at_own_venue = |operation, role| match Permissions::default().grant(operation, role) {
        Grant::Never | Grant::Special => false,
        Grant::OwnVenue | Grant::Municipality => true,
    };
    for &operation in Operation::ALL {
        for (below, above) in [(Role::VenueStaff, Role::VenueManager), (Role::VenueManager, Role::Administrator)] {
            let broken = at_own_venue(operation, below) && !at_own_venue(operation, above);
            assert!(!broken, "{}: {} but not {}", operation.code(), below.code(), above.code());
        }
    }
}

#[test]
fn grants_stay_within_what_a_role_is() {
    for &operation in Operation::ALL {
        let grant = |role| cell(operation, role).grant;
        for role in [Role::VenueStaff, Role::VenueManager] {
            assert!(matches!(grant(role), Grant::Never | Grant::OwnVenue), "{}", operation.code());
        }
        assert!(matches!(grant(Role::CallCentre), Grant::Never | Grant::Municipality), "{}", operation.code());
        let administrator = grant(Role::Administrator);
        assert!(matches!(administrator, Grant::Municipality | Grant::Special), "{}", operation.code());
    }
}

#[test]
fn only_the_irregular_takes_the_special_mode() {
    for &operation in Operation::ALL {
        let special = cell(operation, Role::Administrator).grant == Grant::Special;
        assert!(!special || operation.is_irregular(), "{}", operation.code());
    }
}

#[test]
fn the_mode_itself_is_fixed() {
    for role in Role::ALL {
        assert!(!cell(Operation::UseSpecialAuthority, role).adjustable);
        let expected = if role == Role::Administrator { Grant::Municipality } else { Grant::Never };
        assert_eq!(cell(Operation::UseSpecialAuthority, role).grant, expected);
    }
}
