//! A kiosk that was taken over may lie about people at its venue; it can't change what only the centre may say.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::collections::BTreeMap;

use uketsuke_domain::code::{Municipality, Voucher, VoucherNumber};
use uketsuke_domain::log::Topic;
use uketsuke_domain::record::{DocumentId, DocumentKind, Value};
use uketsuke_kiosk::config::Config;
use uketsuke_kiosk::keeper::Keys;
use uketsuke_store::{Key, Options, Store, StoreError};
use uketsuke_sync::author::{Author, AuthorError};
use uketsuke_tests::harness::{Cast, CentreFolder, CentreProcess, KioskProcess, KioskSpec, Seen};

#[derive(Debug)]
struct Failed(#[expect(dead_code, reason = "shown when the test fails")] String);

impl From<StoreError> for Failed {
    fn from(why: StoreError) -> Self {
        Self(why.to_string())
    }
}

impl From<AuthorError<StoreError>> for Failed {
    fn from(why: AuthorError<StoreError>) -> Self {
        Self(why.to_string())
    }
}

#[test]
fn the_settings_can_not_be_changed_from_a_kiosk() {
    let folder = tempfile::tempdir().unwrap();
    let centre = CentreFolder::make(folder.path(), 300, 3).unwrap();
    let server = CentreProcess::start(&centre, 0, &folder.path().join("center.log")).unwrap();
    let spec =
        KioskSpec {
            name: "受付1", station: "entrance-staffed", staff: "S01", folder: folder.path().join("entrance")
        };
    spec.enrol(&centre, &server.sync).unwrap();
    let log = folder.path().join("kiosk.log");
    let kiosk = KioskProcess::start(&spec, &log).unwrap();
    kiosk.wait("the first filling", Seen::is_connected).unwrap();
    kiosk.stop().unwrap();
    write_settings(&spec);
    let kiosk = KioskProcess::start(&spec, &log).unwrap();
    kiosk.wait("the forged entry sent", |seen| seen.is_connected() && seen.unsent() == 0).unwrap();
    kiosk.stop().unwrap();
    server.kill().unwrap();
    let key = Key::read(&centre.path.join("database.key")).unwrap();
    let store = Store::open(&centre.path.join("center.db"), &key, Options::default()).unwrap();
    assert_eq!(store.settings().unwrap().name, "調布市");
    let held = store.held(10).unwrap();
    assert_eq!(held.iter().map(|held| held.reason.as_str()).collect::<Vec<_>>(), ["only the centre writes this"]);
}

/// Somebody else's card can't be rewritten through a record that merely claims that voucher.
#[test]
fn a_record_speaks_for_its_own_voucher_only() {
    let folder = tempfile::tempdir().unwrap();
    let centre = CentreFolder::make(folder.path(), 300, 3).unwrap();
    let cast = Cast::read(&folder.path().join("sample/cast.json")).unwrap();
    let server = CentreProcess::start(&centre, 0, &folder.path().join("center.log")).unwrap();
    let spec =
        KioskSpec {
            name: "受付1", station: "entrance-staffed", staff: "S01", folder: folder.path().join("entrance")
        };
    spec.enrol(&centre, &server.sync).unwrap();
    let log = folder.path().join("kiosk.log");
    let municipality = Municipality::parse("132080").unwrap();
    let victim = Voucher { municipality, number: VoucherNumber::parse(&cast.elsewhere[0].number).unwrap() };
    let kiosk = KioskProcess::start(&spec, &log).unwrap();
    kiosk.wait("the first filling", Seen::is_connected).unwrap();
    kiosk.stop().unwrap();
    let text = |text: &str| Value::Text(text.to_owned());
    let edits = [("voucher", text(&victim.to_string())), ("deleted", text("1"))];
    let edits = edits.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    write_as_kiosk(&spec, (DocumentKind::Visit, DocumentId::of(DocumentKind::Visit, "somebody else")), &edits);
    let kiosk = KioskProcess::start(&spec, &log).unwrap();
    kiosk.wait("the forged entry sent", |seen| seen.is_connected() && seen.unsent() == 0).unwrap();
    kiosk.stop().unwrap();
    server.kill().unwrap();
    let key = |name: &str| Key::read(&centre.path.join(name)).unwrap();
    let store = Store::open(&centre.path.join("center.db"), &key("database.key"), Options::default()).unwrap();
    let card = store.known(&victim, false, key("card.key").bytes()).unwrap().card.unwrap();
    assert!(!card.deleted && !card.bookings.is_empty(), "{card:?}");
}

/// What a program of somebody else's would write with the kiosk's own key.
fn write_settings(spec: &KioskSpec) {
    let config = Config::read(&spec.folder).unwrap();
    let keys = Keys::read(&spec.folder, config.centre_key, [0; 32], 0).unwrap();
    let store = Store::open(&spec.folder.join("kiosk.db"), &keys.database, Options::default()).unwrap();
    let settings = store.settings().cloned().unwrap();
    let forged = uketsuke_domain::reference::Settings { name: "にせの市".to_owned(), ..settings };
    let value = Value::Text(serde_json::to_string(&forged).unwrap());
    let document = (DocumentKind::Settings, DocumentId::of(DocumentKind::Settings, "settings"));
    write_as_kiosk(spec, document, &BTreeMap::from([("settings".to_owned(), value)]));
}

fn write_as_kiosk(spec: &KioskSpec, document: (DocumentKind, DocumentId), edits: &BTreeMap<String, Value>) {
    let config = Config::read(&spec.folder).unwrap();
    let keys = Keys::read(&spec.folder, config.centre_key, [0; 32], 0).unwrap();
    // With the centre's key known, the chain begins with the kiosk's leave: without it nothing would be looked at.
    let mut store = keys.open(&spec.folder).unwrap();
    let topic = Topic::venue(Municipality::parse("132080").unwrap(), &config.venue);
    store
        .write(|tx| -> Result<(), Failed> {
            assert!(Author::new(&keys.identity, tx).fields(&topic, document, edits)?);
            Ok(())
        })
        .unwrap();
}
