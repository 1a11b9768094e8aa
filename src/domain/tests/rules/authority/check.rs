//! The check: own venue, other venue, municipality, and the mode.

use proptest::prelude::*;
use proptest::sample::select;
use uketsuke_domain::authority::{Actor, Denied, Grant, Needed, Operation, Permissions, Place};
use uketsuke_domain::ids::VenueNumber;
use uketsuke_domain::reference::{Account, Role};

fn venue(number: &str) -> VenueNumber {
    number.into()
}

fn check(operation: Operation, role: Role, own: &[VenueNumber], special: bool, at: Place<'_>) -> Result<bool, Denied> {
    let permit = Permissions::default().check(operation, &Actor { role, venues: own, special }, at)?;
    assert_eq!((permit.operation(), permit.role()), (operation, role));
    Ok(permit.special())
}

#[test]
fn a_manager_overbooks_at_the_own_venues_only() {
    let own = [venue("001"), venue("002")];
    let other = venue("003");
    let overbook = |at| check(Operation::Overbook, Role::VenueManager, &own, false, at);
    for venue in &own {
        assert_eq!(overbook(Place::Venue(venue)), Ok(false));
    }
    let not_own = Err(Denied::NotOwnVenue { operation: Operation::Overbook });
    assert_eq!(overbook(Place::Venue(&other)), not_own);
    assert_eq!(overbook(Place::Municipality), not_own);
}

#[test]
fn a_forgotten_venue_opens_none_to_those_who_work_at_one() {
    let at = venue("003");
    let operation = Operation::CheckIn;
    for role in [Role::VenueStaff, Role::VenueManager] {
        let answer = check(operation, role, &[], false, Place::Venue(&at));
        assert_eq!(answer, Err(Denied::NotOwnVenue { operation }), "{}", role.code());
    }
    assert_eq!(check(operation, Role::Administrator, &[], false, Place::Venue(&at)), Ok(false));
    assert_eq!(check(Operation::Book, Role::CallCentre, &[], false, Place::Venue(&at)), Ok(false));
}

#[test]
fn an_account_with_venues_ends_there_whatever_its_role() {
    let own = [venue("001")];
    for role in [Role::CallCentre, Role::Administrator] {
        assert_eq!(check(Operation::Book, role, &own, false, Place::Venue(&venue("001"))), Ok(false));
        assert!(check(Operation::Book, role, &own, false, Place::Venue(&venue("002"))).is_err());
        assert!(check(Operation::Book, role, &own, false, Place::Municipality).is_err());
        assert_eq!(check(Operation::Book, role, &[], false, Place::Municipality), Ok(false));
    }
}

#[test]
fn who_may_is_said_to_those_who_may_not() {
    let (own, at) = ([venue("001")], venue("001"));
    let denied = |operation, role| check(operation, role, &own, false, Place::Venue(&at)).unwrap_err();
    let manager = Needed { role: Role::VenueManager, special: false };
    let by_mode = Needed { role: Role::Administrator, special: true };
    for role in [Role::VenueStaff, Role::CallCentre] {
        let operation = Operation::AcceptOtherDay;
        assert_eq!(denied(operation, role), Denied::Role { operation, needed: manager });
    }
    for role in [Role::VenueStaff, Role::CallCentre, Role::VenueManager] {
        let operation = Operation::MixVaccines;
        assert_eq!(denied(operation, role), Denied::Role { operation, needed: by_mode });
    }
    let words = denied(Operation::AcceptOtherDay, Role::VenueStaff).to_string();
    assert_eq!(words, "accept-other-day: not for this role, but for venue-manager");
}

#[test]
fn the_mode_opens_what_is_special_to_an_administrator_and_to_nobody_else() {
    let (own, at) = ([venue("001")], venue("001"));
    let mix = |role, special| check(Operation::MixVaccines, role, &own, special, Place::Venue(&at));
    assert_eq!(mix(Role::Administrator, true), Ok(true), "the permit says that it took the mode");
    let operation = Operation::MixVaccines;
    assert_eq!(mix(Role::Administrator, false), Err(Denied::NeedsSpecial { operation }));
    for role in [Role::VenueStaff, Role::CallCentre, Role::VenueManager] {
        assert!(matches!(mix(role, true), Err(Denied::Role { .. })), "{}", role.code());
    }
    let overbook = check(Operation::Overbook, Role::Administrator, &[], true, Place::Venue(&at));
    assert_eq!(overbook, Ok(false), "what needs no mode does not count as done by it");
}

#[test]
fn the_least_role_at_a_venue() {
    let needed = |operation| {
        let needed = Permissions::default().needed(operation);
        (needed.role, needed.special)
    };
    assert_eq!(needed(Operation::SettleIdentity), (Role::VenueStaff, false));
    assert_eq!(needed(Operation::RecordIrregularOutcome), (Role::VenueManager, false));
    assert_eq!(needed(Operation::LookUpAnyone), (Role::Administrator, false), "not the call centre");
    assert_eq!(needed(Operation::AcceptOtherVenue), (Role::Administrator, true));
}

#[test]
fn an_account_asks_with_its_role_and_venues() {
    let account =
        Account { code: "M01".into(), name: "見本".to_owned(), role: Role::VenueManager, venues: vec![venue("001")] };
    let actor = Actor::of(&account);
    assert!(Permissions::default().check(Operation::SetBoard, &actor, Place::Venue(&venue("001"))).is_ok());
    assert!(Permissions::default().check(Operation::SetBoard, &actor, Place::Venue(&venue("002"))).is_err());
}

proptest! {
    /// The check says yes exactly when the cell, the scope and the mode do.
    #[test]
    fn the_check_is_the_table(
        operation in select(Operation::ALL), role in select(Role::ALL.to_vec()), special: bool, bound: bool,
        at in select(vec![None, Some("001"), Some("002")]),
    ) {
        let own = if bound { vec![venue("001")] } else { vec![] };
        let at = at.map(venue);
        let place = at.as_ref().map_or(Place::Municipality, Place::Venue);
        let bound = bound || matches!(role, Role::VenueStaff | Role::VenueManager);
        let in_scope = !bound || at.as_ref().is_some_and(|at| own.contains(at));
        let expected = match Permissions::default().grant(operation, role) {
            Grant::Never => false,
            Grant::OwnVenue => in_scope && at.is_some(),
            Grant::Municipality => in_scope,
            Grant::Special => in_scope && special,
        };
        prop_assert_eq!(check(operation, role, &own, special, place).is_ok(), expected);
    }
}
