//! What an earlier version wrote is read for ever; what a newer one will write is kept and passed on.
//!
//! `tests/compatibility/v<n>` holds what the version with `PROTOCOL` n wrote: frames with what they mean (`frames.json`), a
//! centre's database, two bundles, a kiosk's `kiosk.toml` and certificate, and `meaning.json`, what those mean. A folder is
//! made once, by the version that it is of, and never changed:
//!
//!     cargo test -p uketsuke-tests --test compatibility -- --ignored make_the_fixtures_of_this_version

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

#[path = "../compatibility/cbor.rs"]
mod cbor;
#[path = "../compatibility/make.rs"]
mod make;
#[path = "../compatibility/meaning.rs"]
mod meaning;
#[path = "../compatibility/newer.rs"]
mod newer;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use uketsuke_center::centre::Centre;
use uketsuke_center::rebuild::rebuild;
use uketsuke_domain::facts::{Body, CheckedIn, FactKind, KnownFact};
use uketsuke_domain::record::{DocumentId, DocumentKind};
use uketsuke_kiosk::config::Config;
use uketsuke_replica::{Node, ReplicaError};
use uketsuke_store::{Key, MemoryStore, Options, Store, StoreError};
use uketsuke_sync::author::Author;
use uketsuke_sync::certificate::Certificate;
use uketsuke_sync::entry::Claim;
use uketsuke_sync::frame::{Chunk, Frame, PROTOCOL};
use uketsuke_sync::identity::Identity;
use uketsuke_sync::ingest::{Batch, ingest};

use make::{CARD_SECRET, DATABASE_KEY, KIOSK, asked, centre, everywhere, kiosk, kiosk_node, municipality, venue};
use meaning::{hex, includes, of_certificate, of_frame, of_store, of_vector, unhex};

/// All versions whose data is still read.
const VERSIONS: [u8; 1] = [2];
/// All fixtures of a version.
const MOST_BYTES: u64 = 300_000;

fn folder(version: u8) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("compatibility/v{version}"))
}

fn read_json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn write_json(path: &Path, value: &Value) {
    use serde::Serialize;
    let mut text = Vec::new();
    let narrow = serde_json::ser::PrettyFormatter::with_indent(b" ");
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut text, narrow)).unwrap();
    text.push(b'\n');
    fs::write(path, text).unwrap();
}

/// The meaning of a kiosk's replica that took a bundle in.
fn bundled(node: &Node<MemoryStore>, entries: u64, from: Option<&str>) -> Value {
    let vectors = [everywhere(), venue("001")].map(|topic| of_vector(&node.storage.vector(&topic).unwrap()));
    json!({ "entries": entries, "from": from, "vectors": vectors })
}

fn of_kiosk_toml(folder: &Path) -> Value {
    let read = Config::read(folder).unwrap();
    let kiosk = read.kiosk();
    json!({
        "name": read.name, "venue": read.venue, "municipality": read.municipality, "station": format!("{:?}", read.station),
        "booth": read.booth, "centre": read.centre, "centre_key": hex(&read.centre_key.0), "staff": kiosk.staff.code,
        "staff_name": kiosk.staff.name, "role": kiosk.staff.role, "scanner": read.scanner.map(|of| of.path),
        "listen": read.room.listen, "peers": read.room.peers, "discover": format!("{:?}", read.room.discover),
        "writes": Config::read(folder).unwrap().venue_topic(),
    })
}

/// A database that is this test's own.
fn open_copy(version: u8, into: &Path) -> Store {
    let path = into.join("centre.db");
    fs::copy(folder(version).join("centre.sqlcipher"), &path).unwrap();
    open(&path)
}

fn open(path: &Path) -> Store {
    let options = Options { track_places: true, centre: Some(centre().public_key()) };
    Store::open(path, &Key::new(DATABASE_KEY), options).unwrap()
}

#[test]
fn frames_mean_what_they_meant() {
    for version in VERSIONS {
        let frames = read_json(&folder(version).join("frames.json"));
        for fixture in frames.as_array().unwrap() {
            let name = fixture["name"].as_str().unwrap();
            let bytes = unhex(fixture["bytes"].as_str().unwrap());
            let frame = Frame::decode(&bytes).unwrap();
            includes(&of_frame(&frame, &centre().public_key()), &fixture["means"], name);
            if version == PROTOCOL {
                assert_eq!(frame.encode(), bytes, "{name}");
                if let Frame::Chunk(chunk) = &frame {
                    assert_eq!(&Chunk::pack(chunk.unpack().unwrap()).unwrap(), chunk, "{name}");
                }
            }
        }
    }
}

#[test]
fn this_version_still_writes_the_same() {
    let fixtures = read_json(&folder(PROTOCOL).join("frames.json"));
    let fixtures = fixtures.as_array().unwrap();
    let made = make::frames();
    assert_eq!(fixtures.len(), made.len());
    for (fixture, (name, frame)) in fixtures.iter().zip(made) {
        assert_eq!((fixture["name"].as_str(), fixture["bytes"].as_str()), (Some(name), Some(&*hex(&frame.encode()))));
    }
}

#[test]
fn a_database_opens_and_means_what_it_meant() {
    for version in VERSIONS {
        let expected = read_json(&folder(version).join("meaning.json"));
        let home = tempfile::tempdir().unwrap();
        let store = open_copy(version, home.path());
        includes(&of_store(&store, &asked()), &expected["centre"], "centre");
        // Everything that follows from the log follows from it still.
        let mut centre = Centre {
            folder: home.path().to_owned(),
            store,
            identity: centre(),
            card_secret: CARD_SECRET,
            municipality: municipality(),
        };
        let before = tables(&centre.store);
        rebuild(&mut centre, &mut |_, _| {}).unwrap();
        includes(&of_store(&centre.store, &asked()), &expected["centre"], "rebuilt");
        assert_eq!(tables(&centre.store), before);
        goes_on(centre.store, home.path());
    }
}

/// The rows that are made again from the log.
fn tables(store: &Store) -> Vec<String> {
    let asked = asked();
    let visits = ["001", "002", "003"].map(|venue| format!("{:?}", store.visits(&venue.into(), asked.day).unwrap()));
    let known = asked.people.iter().map(|voucher| {
        let mut known = store.known(voucher, true, &CARD_SECRET).unwrap();
        known.record.facts.sort_by_key(|known| known.hash);
        format!("{known:?}")
    });
    let reviews = store.reviews(100).unwrap();
    known.chain(visits).chain(reviews.iter().map(|review| format!("{review:?}"))).collect()
}

/// Chains go on where they ended, under the same name and under another; and whoever has nothing takes all of it in.
fn goes_on(store: Store, home: &Path) {
    drop(store);
    let mut store = open(&home.join("centre.db"));
    let person = (DocumentKind::Visit, DocumentId::visit(&asked().people[0]));
    for (identity, topic) in [
        (centre(), everywhere()),
        (Identity::new(&make::CENTRE, 99), everywhere()),
        (kiosk(&KIOSK, 21), venue("001")),
        (kiosk(&KIOSK, 99), venue("001")),
    ] {
        let before = store.vector(&topic).unwrap().get(&identity.origin()).map_or(1, |tip| tip.number);
        let written: Result<(), ReplicaError<StoreError>> = store.write(|tx| {
            let mut author = Author::new(&identity, tx);
            let mut fact = make::fact(FactKind::CheckedIn, Body::CheckedIn(CheckedIn::default()));
            fact.id = author.fact_id(person.1, &fact);
            author.fact(&topic, person, &KnownFact::decode(&fact.encode()).unwrap())?;
            Ok(())
        });
        written.unwrap();
        assert_eq!(store.vector(&topic).unwrap()[&identity.origin()].number, before + 1);
    }
    let options = Options { track_places: true, centre: Some(centre().public_key()) };
    let mut other = MemoryStore::new(options);
    for topic in asked().topics {
        for origin in store.vector(&topic).unwrap().into_keys() {
            let (after, entries) = store.stretch(&topic, &origin, 1, usize::MAX).unwrap();
            let claims = entries.into_iter().map(Claim::from).collect();
            let batch = Batch { topic: topic.clone(), origin, first: 1, after, claims };
            let taken: Result<_, ReplicaError<StoreError>> = other.write(|tx| Ok(ingest(tx, batch)?));
            assert_eq!(taken.unwrap().1, None, "{topic}");
        }
        assert_eq!(other.vector(&topic).unwrap(), store.vector(&topic).unwrap());
    }
}

#[test]
fn bundles_open_and_apply() {
    for version in VERSIONS {
        let expected = read_json(&folder(version).join("meaning.json"));
        let read = |name: &str| fs::read(folder(version).join(name)).unwrap();
        let mut at_kiosk = kiosk_node(kiosk(&KIOSK, 50), None);
        let taken = at_kiosk.bundle_in(read("to_kiosk.bundle").as_slice(), &mut |_, _| {}).unwrap();
        assert_eq!((taken.added, taken.gaps), (taken.entries, 0));
        includes(&bundled(&at_kiosk, taken.entries, None), &expected["bundles"]["to_kiosk"], "to_kiosk");
        // A second time it is all known.
        assert_eq!(at_kiosk.bundle_in(read("to_kiosk.bundle").as_slice(), &mut |_, _| {}).unwrap().added, 0);
        let publisher = uketsuke_replica::publish::Publisher {
            identity: centre(),
            card_secret: CARD_SECRET,
            municipality: municipality(),
        };
        let options = Options { track_places: true, centre: Some(centre().public_key()) };
        let mut at_centre = Node::centre(MemoryStore::new(options), publisher);
        let taken = at_centre.bundle_in(read("to_centre.bundle").as_slice(), &mut |_, _| {}).unwrap();
        assert_eq!((taken.added, taken.gaps), (taken.entries, 0));
        let meant = json!({ "entries": taken.entries, "from": taken.from });
        includes(&meant, &expected["bundles"]["to_centre"], "to_centre");
    }
}

#[test]
fn a_kiosk_is_still_what_its_folder_says() {
    for version in VERSIONS {
        let expected = read_json(&folder(version).join("meaning.json"));
        includes(&of_kiosk_toml(&folder(version)), &expected["kiosk"], "kiosk.toml");
        let bytes = fs::read(folder(version).join("device.cert")).unwrap();
        let given = Certificate::decode(&bytes).unwrap();
        includes(&of_certificate(&given, &centre().public_key()), &expected["certificate"], "device.cert");
        assert!(given.is_of(&centre().public_key(), &kiosk(&KIOSK, 0).public_key()));
        assert_eq!(given.encode(), bytes);
    }
}

#[test]
fn the_fixtures_are_small_and_are_of_every_version() {
    for version in VERSIONS {
        let files = fs::read_dir(folder(version)).unwrap();
        let bytes: u64 = files.map(|file| file.unwrap().metadata().unwrap().len()).sum();
        assert!(bytes <= MOST_BYTES, "{bytes} bytes");
    }
    assert!(VERSIONS.contains(&PROTOCOL), "make the fixtures of version {PROTOCOL}: see the head of this file");
}

#[test]
#[ignore = "makes the fixtures of a NEW version, once: raise PROTOCOL, add the number to VERSIONS, run this, look at what it wrote and commit it"]
fn make_the_fixtures_of_this_version() {
    let out = folder(PROTOCOL);
    assert!(
        !out.exists(),
        "{} is there: what a version wrote does not change. A new version has a new number.",
        out.display()
    );
    // Only what is whole gets the name.
    let half = out.with_extension("new");
    fs::create_dir_all(&half).unwrap();
    let of_frame = |(name, frame): (&str, Frame)| {
        let means = of_frame(&frame, &centre().public_key());
        json!({ "name": name, "bytes": hex(&frame.encode()), "means": means })
    };
    write_json(&half.join("frames.json"), &make::frames().into_iter().map(of_frame).collect());
    let home = tempfile::tempdir().unwrap();
    let bundles: serde_json::Map<String, Value> = make::town(home.path(), &half).into_iter().collect();
    let certificate = Certificate::decode(&fs::read(half.join("device.cert")).unwrap()).unwrap();
    let store = open(&half.join("centre.sqlcipher"));
    let meaning = json!({
        "keys": {
            "what": "secrets of the fixtures: 32 bytes each, in hexadecimal",
            "database": hex(&DATABASE_KEY), "centre": hex(&make::CENTRE), "kiosk": hex(&KIOSK), "cards": hex(&CARD_SECRET),
        },
        "kiosk": of_kiosk_toml(&half),
        "certificate": of_certificate(&certificate, &centre().public_key()),
        "bundles": bundles,
        "centre": of_store(&store, &asked()),
    });
    drop(store);
    write_json(&half.join("meaning.json"), &meaning);
    fs::rename(&half, &out).unwrap();
}
