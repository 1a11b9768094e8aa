//! The house: imports run one way, each outside crate has one owner, and the pure crates stay pure.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Which crate may import which of this workspace.
const MAY_IMPORT: [(&str, &[&str]); 12] = [
    ("uketsuke-domain", &[]),
    ("uketsuke-store", &["uketsuke-domain"]),
    ("uketsuke-sync", &["uketsuke-domain"]),
    // Knows storage by its ports; in its tests it runs on the real one.
    ("uketsuke-replica", &["uketsuke-domain", "uketsuke-sync", "uketsuke-store"]),
    // A line carries bytes: it knows no frame and no fact.
    ("uketsuke-line", &[]),
    // What both command lines show: neither binary knows the other.
    ("uketsuke-terminal", &[]),
    ("uketsuke-hardware", &["uketsuke-domain"]),
    ("uketsuke-ui", &["uketsuke-domain"]),
    (
        "uketsuke-kiosk",
        &[
            "uketsuke-domain",
            "uketsuke-store",
            "uketsuke-sync",
            "uketsuke-replica",
            "uketsuke-line",
            "uketsuke-terminal",
            "uketsuke-hardware",
            "uketsuke-ui",
        ],
    ),
    (
        "uketsuke-center",
        &[
            "uketsuke-domain",
            "uketsuke-store",
            "uketsuke-sync",
            "uketsuke-replica",
            "uketsuke-line",
            "uketsuke-terminal",
        ],
    ),
    // No window and no socket: days are played in seconds.
    ("uketsuke-simulation", &["uketsuke-domain", "uketsuke-store", "uketsuke-sync", "uketsuke-replica"]),
    (
        "uketsuke-tests",
        &[
            "uketsuke-domain",
            "uketsuke-store",
            "uketsuke-sync",
            "uketsuke-replica",
            "uketsuke-line",
            "uketsuke-simulation",
            "uketsuke-hardware",
            "uketsuke-ui",
            "uketsuke-kiosk",
            "uketsuke-center",
        ],
    ),
];

/// Outside crates and their one owner. `uketsuke-tests` may use everything.
const OWNERS: [(&str, &str); 15] = [
    // One rule for names and one for bytes: whoever else decoded or folded by itself would do it differently.
    ("encoding_rs", "uketsuke-domain"),
    ("unicode-normalization", "uketsuke-domain"),
    ("slint", "uketsuke-ui"),
    ("slint-build", "uketsuke-ui"),
    ("i-slint-backend-testing", "uketsuke-ui"),
    ("serialport", "uketsuke-hardware"),
    ("zbar-rust", "uketsuke-hardware"),
    ("rusqlite", "uketsuke-store"),
    ("automerge", "uketsuke-sync"),
    ("ed25519-dalek", "uketsuke-sync"),
    ("axum", "uketsuke-center"),
    ("age", "uketsuke-replica"),
    ("rustls", "uketsuke-line"),
    ("tokio-rustls", "uketsuke-line"),
    ("mdns-sd", "uketsuke-line"),
];

/// Crates that may use another's outside crate in their tests, to be measured against it.
const IN_TESTS: [(&str, &str); 1] = [
    // That TLS shows the very key that signs entries is seen only beside what signs them.
    ("ed25519-dalek", "uketsuke-line"),
];

/// What `domain` may use: nothing that reads a clock, a disk, a network or a window.
const PURE: [&str; 8] =
    ["encoding_rs", "hmac", "jiff", "minicbor", "serde", "sha2", "thiserror", "unicode-normalization"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

struct Manifest {
    folder: PathBuf,
    dependencies: BTreeSet<String>,
    all: BTreeSet<String>,
}

fn manifests() -> BTreeMap<String, Manifest> {
    let mut folders: Vec<PathBuf> =
        ["ui", "hardware", "sync", "tests", "tests/simulation"].iter().map(|at| root().join(at)).collect();
    folders.extend(std::fs::read_dir(root().join("src")).unwrap().map(|entry| entry.unwrap().path()));
    let read = |folder: PathBuf| {
        let text = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        let manifest: toml::Table = toml::from_str(&text).unwrap();
        let names = |section: &str| -> BTreeSet<String> {
            manifest
                .get(section)
                .and_then(|table| table.as_table())
                .into_iter()
                .flat_map(|t| t.keys().cloned())
                .collect()
        };
        let dependencies = names("dependencies");
        let all = [names("dev-dependencies"), names("build-dependencies"), dependencies.clone()].concat_sets();
        (manifest["package"]["name"].as_str().unwrap().to_owned(), Manifest { folder, dependencies, all })
    };
    folders.into_iter().map(read).collect()
}

trait ConcatSets {
    fn concat_sets(self) -> BTreeSet<String>;
}

impl ConcatSets for [BTreeSet<String>; 3] {
    fn concat_sets(self) -> BTreeSet<String> {
        self.into_iter().flatten().collect()
    }
}

#[test]
fn imports_run_one_way() {
    let manifests = manifests();
    let names: BTreeSet<&str> = MAY_IMPORT.iter().map(|(name, _)| *name).collect();
    assert_eq!(manifests.keys().map(String::as_str).collect::<BTreeSet<_>>(), names, "a crate without a rule");
    for (name, allowed) in MAY_IMPORT {
        let own = manifests[name].all.iter().filter(|dependency| dependency.starts_with("uketsuke-"));
        for dependency in own {
            assert!(allowed.contains(&dependency.as_str()), "{name} must not know {dependency}");
        }
    }
}

#[test]
fn each_outside_crate_has_one_owner() {
    for (name, manifest) in manifests() {
        for (outside, owner) in OWNERS {
            let is_free = name == owner || name == "uketsuke-tests";
            let is_test = IN_TESTS.contains(&(outside, name.as_str()));
            let used = if is_test { &manifest.dependencies } else { &manifest.all };
            assert!(is_free || !used.contains(outside), "{outside} belongs to {owner}, not to {name}");
        }
    }
}

#[test]
fn the_domain_is_pure() {
    let manifests = manifests();
    let domain = &manifests["uketsuke-domain"];
    for dependency in &domain.dependencies {
        assert!(PURE.contains(&dependency.as_str()), "domain must not use {dependency}");
    }
    for (file, text) in sources(&domain.folder.join("src")) {
        for word in ["std::fs", "std::net", "std::process", "std::thread", "std::env", "SystemTime", "Instant"] {
            assert!(!text.contains(word), "{}: {word}", file.display());
        }
    }
}

#[test]
fn crates_that_can_forbid_unsafe_code_do() {
    for at in ["src/domain", "src/store", "src/line", "src/terminal", "sync", "hardware"] {
        let text = std::fs::read_to_string(root().join(at).join("src/lib.rs")).unwrap();
        assert!(text.contains("#![forbid(unsafe_code)]"), "{at}");
    }
}

#[test]
fn the_wall_clock_is_read_in_one_place_of_each_binary() {
    for (_, manifest) in manifests() {
        for (file, text) in sources(&manifest.folder.join("src")) {
            let is_clock = file.file_name().is_some_and(|name| name == "clock.rs");
            assert!(is_clock || !text.contains("SystemTime::now"), "{}", file.display());
        }
    }
}

#[test]
fn every_source_file_says_what_it_is_for() {
    for (_, manifest) in manifests() {
        for (file, text) in sources(&manifest.folder.join("src")) {
            assert!(text.starts_with("//!"), "{} begins without a word", file.display());
        }
    }
}

fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    assert!(!found.is_empty());
    found
}
