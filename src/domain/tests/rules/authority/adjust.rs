//! A municipality's changes: what they do, and which are refused.

use uketsuke_domain::authority::{Actor, AdjustError, Changes, Grant, Operation, Permissions, Place, cell};
use uketsuke_domain::ids::VenueNumber;
use uketsuke_domain::reference::{Role, Settings, SettingsError};

use crate::common::settings;

fn changes(rows: &[(&str, &[(&str, Grant)])]) -> Changes {
    let row = |(code, roles): &(&str, &[(&str, Grant)])| {
        ((*code).to_owned(), roles.iter().map(|(role, grant)| ((*role).to_owned(), *grant)).collect())
    };
    rows.iter().map(row).collect()
}

fn with(changes: Changes) -> Settings {
    Settings { permissions: changes, ..settings() }
}

fn refused(rows: &[(&str, &[(&str, Grant)])]) -> AdjustError {
    match with(changes(rows)).check().unwrap_err() {
        SettingsError::Permissions(why) => why,
        other => panic!("{other}"),
    }
}

#[test]
fn settings_without_changes_are_the_table() {
    let settings = settings();
    assert_eq!(settings.permissions(), Permissions::default());
    assert_eq!(settings.special_minutes, 15);
}

#[test]
fn settings_of_before_have_no_changes() {
    let mut value = serde_json::to_value(settings()).unwrap();
    for key in ["permissions", "special_minutes"] {
        assert!(value.as_object_mut().unwrap().remove(key).is_some());
    }
    assert_eq!(serde_json::from_value::<Settings>(value).unwrap(), settings());
}

#[test]
fn a_changed_cell_counts() {
    let own: VenueNumber = "001".into();
    let manager = Actor { role: Role::VenueManager, venues: std::slice::from_ref(&own), special: false };
    let look_up = |settings: &Settings| {
        settings.permissions().check(Operation::LookUpAnyone, &manager, Place::Venue(&own)).is_ok()
    };
    assert!(!look_up(&settings()));
    let open = with(changes(&[("look-up-anyone", &[("venue-manager", Grant::OwnVenue)])]));
    assert!(open.check().is_ok());
    assert!(look_up(&open));
    assert_eq!(open.permissions().grant(Operation::LookUpAnyone, Role::VenueStaff), Grant::Never, "only that cell");

    let strict = with(changes(&[("overbook", &[("venue-manager", Grant::Never), ("administrator", Grant::Special)])]));
    assert!(strict.check().is_ok());
    let needed = strict.permissions().needed(Operation::Overbook);
    assert_eq!((needed.role, needed.special), (Role::Administrator, true));
}

#[test]
fn changes_are_written_as_toml() {
    let text = "[later]\nspecial = 1\n\n[shorten-later-interval]\nvenue-manager = \"own-venue\"\n";
    assert!(toml::from_str::<Changes>(text).is_err(), "a number is no grant");
    let text = "[shorten-later-interval]\nvenue-manager = \"own-venue\"\nadministrator = \"municipality\"\n";
    let changes: Changes = toml::from_str(text).unwrap();
    let settings = with(changes);
    assert!(settings.check().is_ok());
    assert_eq!(toml::from_str::<Settings>(&toml::to_string(&settings).unwrap()).unwrap(), settings);
}

#[test]
fn what_can_not_be_changed_is_named() {
    let unknown = refused(&[("fly", &[("administrator", Grant::Municipality)])]);
    assert_eq!(unknown, AdjustError::Operation("fly".to_owned()));
    let role = refused(&[("overbook", &[("会場責任者", Grant::OwnVenue)])]);
    assert_eq!(role, AdjustError::Role { operation: "overbook", role: "会場責任者".to_owned() });
    for (operation, role) in [
        ("use-special-authority", "venue-manager"),
        ("use-special-authority", "administrator"),
        ("overbook", "call-centre"),
        ("overbook", "venue-staff"),
        ("check-in", "call-centre"),
        ("record-irregular-outcome", "venue-manager"),
    ] {
        assert_eq!(refused(&[(operation, &[(role, Grant::Municipality)])]), AdjustError::Fixed { operation, role });
    }
    for (role, grant) in [
        ("venue-manager", Grant::Special),
        ("venue-manager", Grant::Municipality),
        ("administrator", Grant::Never),
        ("administrator", Grant::OwnVenue),
    ] {
        let expected = AdjustError::Grant { operation: "mix-vaccines", role, grant: grant.code() };
        assert_eq!(refused(&[("mix-vaccines", &[(role, grant)])]), expected);
    }
}

#[test]
fn nobody_below_may_do_what_those_above_may_not() {
    let staff = refused(&[("look-up-anyone", &[("venue-staff", Grant::OwnVenue)])]);
    let (operation, role, above) = ("look-up-anyone", "venue-staff", "venue-manager");
    assert_eq!(staff, AdjustError::Order { operation, role, above });
    let manager = refused(&[("ignore-age", &[("venue-manager", Grant::OwnVenue)])]);
    assert_eq!(manager.to_string(), "ignore-age: venue-manager could do it and administrator could not; change both");
}

#[test]
fn unchecked_changes_open_nothing_that_must_stay_shut() {
    let all = Operation::ALL.iter().map(|operation| {
        let roles = Role::ALL.iter().map(|role| (role.code().to_owned(), Grant::Municipality)).collect();
        (operation.code().to_owned(), roles)
    });
    let forged: Changes = all.collect();
    let permissions = Permissions::new(&forged);
    for &operation in Operation::ALL {
        for role in [Role::VenueStaff, Role::VenueManager, Role::CallCentre] {
            assert_eq!(permissions.grant(operation, role), cell(operation, role).grant, "{}", operation.code());
        }
    }
}

#[test]
fn the_mode_lasts_some_minutes() {
    for (minutes, good) in [(0, false), (1, true), (120, true), (121, false)] {
        let settings = Settings { special_minutes: minutes, ..settings() };
        assert_eq!(settings.check().is_ok(), good, "{minutes}");
    }
}
