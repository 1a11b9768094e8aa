//! A folder that plays a stick: there, full of room, write-protected, gone.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::os::unix::fs::PermissionsExt;

use uketsuke_hardware::stick::{StickConfig, find};

#[test]
fn a_named_folder_is_a_stick_for_as_long_as_it_is_there() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("運搬A");
    let config = StickConfig { folders: Vec::new(), simulated: Some(path.clone()) };
    assert_eq!(find(&config), [], "it is not there yet");
    fs::create_dir(&path).unwrap();
    let found = find(&config);
    assert_eq!((found.len(), found[0].name.as_str(), &found[0].path), (1, "運搬A", &path));
    assert!(found[0].room.writable && found[0].room.free > 0);
    fs::remove_dir(&path).unwrap();
    assert_eq!(find(&config), [], "it was pulled out");
}

#[test]
fn a_stick_that_may_not_be_written_says_so() {
    let home = tempfile::tempdir().unwrap();
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o500)).unwrap();
    if fs::write(home.path().join("file"), "").is_ok() {
        println!("SKIPPED: root may write everywhere");
        return;
    }
    let config = StickConfig { folders: Vec::new(), simulated: Some(home.path().to_owned()) };
    assert!(!find(&config)[0].room.writable);
}

#[test]
fn folders_that_hold_no_mounts_hold_no_sticks() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("A")).unwrap();
    assert_eq!(find(&StickConfig { folders: vec![home.path().to_owned()], simulated: None }), []);
}
