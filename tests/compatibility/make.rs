//! Makes what a version writes: its frames, and the database of a small town. Only names that are fixed go in, so that the
//! same program makes the same bytes (but for the database and the bundles, which are sealed with lots).

use std::collections::BTreeMap;
use std::path::Path;

use uketsuke_center::centre::{Centre, DEFAULT_SETTINGS};
use uketsuke_center::enrol::{NewKiosk, enrol};
use uketsuke_center::import::import_file;
use uketsuke_domain::code::{Municipality, Voucher, VoucherNumber};
use uketsuke_domain::facts::{
    Body, Booked, Cancelled, CertificateIssued, CheckedIn, ClockState, Corrected, Draft, Fact, FactKind, Filed,
    Irregular, KnownFact, LeftBefore, Misfiled, Moved, NoShow, Opaque, Outcome, Overridden, Reinstated, Reopened,
    Replacement, Resolved, Source, Stamp, VoucherReplaced, Weight,
};
use uketsuke_domain::ids::{FactHash, FactId, TransferId};
use uketsuke_domain::kiosk::{IfChanged, RecordRequest};
use uketsuke_domain::log::{
    Control, Cuts, Digest32, Entry, EntryKind, Incident, IncidentKind, Item, Ledger, Origin, Storage, Tip, Topic,
};
use uketsuke_domain::record::{DocumentId, DocumentKind, Value};
use uketsuke_domain::reference::{Audience, Card, CardDose, CardKey, Conditions, DoseTarget, Role};
use uketsuke_domain::time::{Day, Moment};
use uketsuke_replica::admin::{self, Revoking};
use uketsuke_replica::publish::Publisher;
use uketsuke_replica::record::{Desk, record};
use uketsuke_replica::{Node, ReplicaError};
use uketsuke_store::{Key, MemoryStore, Options, Store, StoreError};
use uketsuke_sync::author::Author;
use uketsuke_sync::certificate::{Certificate, Leave};
use uketsuke_sync::change::field_edit;
use uketsuke_sync::entry::{Claim, Content, digest, seal};
use uketsuke_sync::fact_shape;
use uketsuke_sync::frame::{Beat, Chunk, Fill, Frame, Hello, PROTOCOL, Refusal, Summary, VectorFrame, summary_of};
use uketsuke_sync::identity::Identity;
use uketsuke_sync::ingest::{Batch, ingest};
use uketsuke_sync::replica::Replica;

use crate::cbor::Cbor;
use crate::meaning::Asked;

pub(crate) const CENTRE: [u8; 32] = [1; 32];
pub(crate) const KIOSK: [u8; 32] = [2; 32];
const OTHER_KIOSK: [u8; 32] = [3; 32];
const STOLEN_KIOSK: [u8; 32] = [4; 32];
pub(crate) const CARD_SECRET: [u8; 32] = [5; 32];
pub(crate) const DATABASE_KEY: [u8; 32] = [6; 32];
/// 2021-06-07 10:00 in Japan.
const MORNING: Moment = Moment(1_623_027_600_000);
const TODAY: &str = "2021-06-07";

pub(crate) fn municipality() -> Municipality {
    Municipality::parse("132080").unwrap()
}

pub(crate) fn everywhere() -> Topic {
    Topic::municipality(municipality())
}

pub(crate) fn venue(number: &str) -> Topic {
    Topic::venue(municipality(), &number.into())
}

fn voucher(number: u8) -> Voucher {
    Voucher { municipality: municipality(), number: VoucherNumber::parse(&format!("90000000{number:02}")).unwrap() }
}

pub(crate) fn centre() -> Identity {
    Identity::new(&CENTRE, 0x0102_0304_0506_0708)
}

/// A kiosk of venue 001 with the centre's leave.
pub(crate) fn kiosk(secret: &[u8; 32], incarnation: u64) -> Identity {
    let identity = Identity::new(secret, incarnation);
    let leave = Leave {
        key: identity.public_key(),
        name: format!("受付{}", secret[0]),
        topics: vec![everywhere(), venue("001")],
        writes: venue("001"),
    };
    identity.with_certificate(Some(Certificate::sign(&centre(), leave)))
}

/// What the fixtures' database is asked.
pub(crate) fn asked() -> Asked {
    Asked {
        topics: vec![everywhere(), venue("001"), venue("002"), venue("003"), Topic::centre(municipality())],
        people: (1..=8).map(voucher).collect(),
        peers: [KIOSK, OTHER_KIOSK, STOLEN_KIOSK].map(|secret| Identity::new(&secret, 0).public_key()).to_vec(),
        card_secret: CARD_SECRET,
        day: Day::parse(TODAY).unwrap(),
    }
}

fn stamp(minutes: i64) -> Stamp {
    let at = Moment(MORNING.0 + minutes * 60_000);
    Stamp {
        happened_at: at,
        recorded_at: at,
        source: Source::Screen,
        clock: ClockState::Trusted,
        boot: 77,
        boot_ms: 1000,
        venue: "001".into(),
        station: "受付2".to_owned(),
        booth: Some("3".into()),
        staff: "S01".into(),
        role: Role::VenueStaff,
    }
}

fn booked(start_minute: u16) -> Booked {
    Booked {
        slot: "001-am".into(),
        venue: "001".into(),
        day: Day::parse(TODAY).unwrap(),
        start_minute,
        end_minute: start_minute + 15,
        product: "comirnaty".into(),
        conditions: None,
        pair: None,
        irregular: None,
    }
}

fn outcome() -> Outcome {
    Outcome {
        day: Day::parse(TODAY).unwrap(),
        product: Some("comirnaty".into()),
        lot: Some("MH1101".into()),
        doctor: Some("D01".into()),
        place: None,
        overridden: vec!["interval-too-short=2021-05-20".into(), "same-name".into()],
        because: Some("保護者の同意".to_owned()),
        typed: true,
        special: true,
    }
}

/// A body of every kind, in the order of their numbers.
fn bodies() -> Vec<(FactKind, Body)> {
    let because = || "理由".to_owned();
    let full = Booked {
        conditions: Some(Conditions {
            audience: Audience::Child,
            doses: DoseTarget::Third,
            months: Some(6),
            min_age: Some(5),
            max_age: Some(11),
        }),
        pair: Some("B0002".into()),
        irregular: Some(Irregular {
            what: vec!["overbook".to_owned()],
            because: because(),
            special: true,
            overruled: vec!["dose-not-due".into()],
        }),
        ..booked(600)
    };
    let hash = |byte| FactHash([byte; 32]);
    let other = DocumentId::visit(&voucher(9));
    let replacement =
        Replacement { kind: FactKind::Vaccinated, happened_at: MORNING, body: Body::Outcome(outcome()).encode() };
    let filed = Filed {
        transfer: TransferId([8; 16]),
        from: other,
        kind: FactKind::CheckedIn,
        stamp: stamp(1),
        body: Body::CheckedIn(CheckedIn::default()).encode(),
        because: because(),
    };
    let checked_in =
        CheckedIn { overridden: vec!["no-booking".into()], because: Some(because()), typed: true, special: true };
    vec![
        (FactKind::Booked, Body::Booked(full)),
        (FactKind::Moved, Body::Moved(Moved { to: booked(660), because: Some(because()), seen: vec![hash(1)] })),
        (FactKind::Cancelled, Body::Cancelled(Cancelled { by: Some("本人".to_owned()), because: Some(because()) })),
        (FactKind::Reinstated, Body::Reinstated(Reinstated { because: because(), irregular: None })),
        (FactKind::CheckedIn, Body::CheckedIn(checked_in)),
        (FactKind::Vaccinated, Body::Outcome(outcome())),
        (
            FactKind::PrescreenOnly,
            Body::Outcome(Outcome { product: None, lot: None, overridden: Vec::new(), because: None, ..outcome() }),
        ),
        (FactKind::LeftBefore, Body::LeftBefore(LeftBefore { because: Some(because()) })),
        (FactKind::VisitReopened, Body::Reopened(Reopened { because: because() })),
        (FactKind::NoShow, Body::NoShow(NoShow { because: None })),
        (FactKind::Corrected, Body::Corrected(Corrected { replacement: Some(replacement), because: because() })),
        (FactKind::Misfiled, Body::Misfiled(Misfiled { transfer: TransferId([8; 16]), to: other, because: because() })),
        (FactKind::Filed, Body::Filed(filed)),
        (
            FactKind::Resolved,
            Body::Resolved(Resolved { settles: vec![hash(1), hash(2)], keeps: vec![hash(1)], because: because() }),
        ),
        (
            FactKind::Overridden,
            Body::Overridden(Overridden { overridden: vec!["early".into()], because: because(), special: true }),
        ),
        (FactKind::CertificateIssued, Body::CertificateIssued(CertificateIssued { shows: vec![hash(1)], again: true })),
        (
            FactKind::VoucherReplaced,
            Body::VoucherReplaced(VoucherReplaced { by: Some(voucher(9)), replaces: None, because: because() }),
        ),
        (FactKind::Observation, Body::Opaque(Opaque(vec![0x80]))),
        (FactKind::Unknown(9000), Body::Opaque(Opaque(b"not even CBOR".to_vec()))),
    ]
}

pub(crate) fn fact(kind: FactKind, body: Body) -> Fact {
    Fact {
        id: FactId([0; 16]),
        kind,
        booking: Some("B0001".into()),
        dose: Some(1),
        supersedes: vec![FactHash([7; 32])],
        weight: Weight::Medical,
        stamp: stamp(0),
        body,
    }
}

type Written = Result<(), ReplicaError<StoreError>>;

/// The logs of a kiosk and of a centre that say everything there is to say.
fn everything_said() -> (MemoryStore, MemoryStore) {
    let options = |track_places| Options { track_places, centre: Some(centre().public_key()) };
    let (mut at_kiosk, mut at_centre) = (MemoryStore::new(options(false)), MemoryStore::new(options(true)));
    let person = (DocumentKind::Visit, DocumentId::visit(&voucher(1)));
    let writer = kiosk(&KIOSK, 0x0a0b_0c0d);
    let written: Written = at_kiosk.write(|tx| {
        let mut author = Author::new(&writer, tx);
        let names = [("voucher", voucher(1).to_string()), ("birth", "1950-01-01".to_owned())];
        let names = names.map(|(name, value)| (name.to_owned(), Value::Text(value)));
        author.fields(&venue("001"), person, &BTreeMap::from(names))?;
        for (kind, body) in bodies() {
            let mut fact = fact(kind, body);
            fact.id = author.fact_id(person.1, &fact);
            author.fact(&venue("001"), person, &KnownFact::decode(&fact.encode()).unwrap())?;
        }
        Ok(())
    });
    written.unwrap();
    // Another start of the same kiosk.
    let written: Written = at_kiosk.write(|tx| {
        let again = kiosk(&KIOSK, 0x0a0b_0c0e);
        let mut author = Author::new(&again, tx);
        let mut fact = fact(FactKind::CheckedIn, Body::CheckedIn(CheckedIn::default()));
        fact.id = author.fact_id(person.1, &fact);
        author.fact(&venue("001"), person, &KnownFact::decode(&fact.encode()).unwrap())?;
        Ok(())
    });
    written.unwrap();
    let entries = entries(&at_kiosk, &venue("001"), &writer.origin());
    let written: Written = at_centre.write(|tx| {
        let identity = centre();
        let claims = entries.iter().cloned().map(Claim::from).collect();
        let (topic, origin) = (venue("001"), writer.origin());
        ingest(tx, Batch { topic, origin, first: 1, after: None, claims })?;
        let mut author = Author::new(&identity, tx);
        for kind in [DocumentKind::Contact, DocumentKind::Venue, DocumentKind::Devices] {
            let value = BTreeMap::from([("x".to_owned(), Value::Bytes(vec![kind as u8, 0xff]))]);
            author.fields(&everywhere(), (kind, DocumentId::of(kind, "x")), &value)?;
        }
        let card = Card {
            birth: Some(Day::parse("1950-01-01").unwrap()),
            doses: vec![CardDose { dose: 1, product: Some("comirnaty".into()), day: Day::parse(TODAY).unwrap() }],
            bookings: vec![("002".into(), Day::parse("2021-06-28").unwrap())],
            deleted: true,
            replaced_by: Some("0009".to_owned()),
        };
        author.card(&everywhere(), CardKey::of(&CARD_SECRET, &voucher(1)), card)?;
        author.card(&everywhere(), CardKey::of(&CARD_SECRET, &voucher(1)), Card::default())?;
        for entry in entries.iter().skip(1).take(2) {
            let uketsuke_sync::body::AnyBody::Change(body) =
                uketsuke_sync::body::AnyBody::decode(entry.kind, entry.body.as_ref().unwrap()).unwrap()
            else {
                panic!("no change")
            };
            let admitted = uketsuke_sync::gate::admit(&body.change, &[]).unwrap();
            let item =
                Item { kind: body.kind, document: body.document, change: admitted.hash, content: admitted.content };
            author.carry(&venue("002"), entry, &item)?;
        }
        let tip = Tip { number: 5, header_hash: Digest32([9; 32]) };
        let cuts = Cuts::from([((venue("001"), writer.origin()), tip)]);
        let words = [
            Control::Revoked { key: writer.public_key(), cuts, because: "紛失".to_owned(), lost: true },
            Control::Erased { document: person.1, bodies: vec![Digest32([1; 32]), Digest32([2; 32])] },
            Control::Leaves { document: person.1, upto: BTreeMap::from([(writer.origin(), 3)]) },
            Control::Closed { topic: venue("003"), day: Day::parse(TODAY).unwrap() },
            Control::Archived { topic: venue("003"), tips: BTreeMap::from([(writer.origin(), tip)]) },
        ];
        for word in words {
            author.control(&everywhere(), word)?;
        }
        Ok(())
    });
    written.unwrap();
    (at_kiosk, at_centre)
}

fn entries(store: &impl Storage<Error = StoreError>, topic: &Topic, origin: &Origin) -> Vec<Entry> {
    store.stretch(topic, origin, 1, usize::MAX).unwrap().1
}

/// Chains with a body of every kind, each from its beginning.
pub(crate) fn said() -> Vec<Vec<Entry>> {
    let (at_kiosk, at_centre) = everything_said();
    let (writer, again) = (kiosk(&KIOSK, 0x0a0b_0c0d), kiosk(&KIOSK, 0x0a0b_0c0e));
    vec![
        entries(&at_kiosk, &venue("001"), &writer.origin()),
        entries(&at_kiosk, &venue("001"), &again.origin()),
        entries(&at_centre, &everywhere(), &centre().origin()),
        entries(&at_centre, &venue("002"), &centre().origin()),
    ]
}

fn chunk(entries: &[Entry], after: Option<Digest32>) -> Frame {
    let first = &entries[0];
    let claims = entries.iter().cloned().map(Claim::from).collect();
    let batch = Batch { topic: first.topic.clone(), origin: first.origin, first: first.number, after, claims };
    Frame::Chunk(Chunk::pack(batch).unwrap())
}

/// Every kind of frame.
pub(crate) fn frames() -> Vec<(&'static str, Frame)> {
    let (at_kiosk, at_centre) = everything_said();
    let (writer, again) = (kiosk(&KIOSK, 0x0a0b_0c0d), kiosk(&KIOSK, 0x0a0b_0c0e));
    let hello = |identity: &Identity| {
        Frame::Hello(Hello {
            protocol: PROTOCOL,
            device: identity.origin(),
            topics: vec![everywhere(), venue("001")],
            now: MORNING,
            certificate: identity.certificate().cloned(),
        })
    };
    let vector = at_kiosk.vector(&venue("001")).unwrap();
    let whole = VectorFrame::new(venue("001"), true, vector.iter(), MORNING);
    let delta = VectorFrame { again: true, ..VectorFrame::new(venue("001"), false, vector.iter().take(1), MORNING) };
    let facts = entries(&at_kiosk, &venue("001"), &writer.origin());
    let absent: Vec<Entry> = facts[3..5].iter().map(|entry| Entry { body: None, ..entry.clone() }).collect();
    let tip = Tip { number: facts[5].number, header_hash: facts[5].header_hash };
    let unknown = seal(&writer, &venue("001"), Some(tip), EntryKind::Unknown(77), b"of a newer version".to_vec());
    let told = entries(&at_centre, &everywhere(), &centre().origin());
    let mut frames = vec![
        ("hello of a kiosk", hello(&writer)),
        ("hello of the centre", hello(&centre())),
        ("summary", Frame::Summary(Summary { topic: venue("001"), digest: summary_of(&vector), now: MORNING })),
        ("vector, whole", Frame::Vector(whole)),
        ("vector, what changed, again", Frame::Vector(delta)),
        ("vector, empty", Frame::Vector(VectorFrame::new(venue("001"), true, std::iter::empty(), Moment(-1)))),
        ("beat", Frame::Beat(Beat { now: MORNING })),
        ("fill", Frame::Fill(Fill { topic: venue("001") })),
        ("chunk: began, a field edit, a fact of every kind", chunk(&facts, None)),
        ("chunk: absent bodies", chunk(&absent, Some(facts[2].header_hash))),
        ("chunk: a kind of a newer version", chunk(&[unknown], Some(facts[5].header_hash))),
        ("chunk: began after another start", chunk(&entries(&at_kiosk, &venue("001"), &again.origin()), None)),
        ("chunk: the centre's field edits, cards, words", chunk(&told, None)),
        ("chunk: carried", chunk(&entries(&at_centre, &venue("002"), &centre().origin()), None)),
    ];
    // In a run only the last is signed.
    let run: Vec<Entry> = facts[1..4].iter().map(|entry| Entry { signature: None, ..entry.clone() }).collect();
    let run = [&run[..], &facts[4..5]].concat();
    frames.push(("chunk: a run", chunk(&run, Some(facts[0].header_hash))));
    let refusals = [
        ("refused: not enrolled", Refusal::NotEnrolled),
        ("refused: bad proof", Refusal::BadProof),
        ("refused: protocol", Refusal::Protocol),
        ("refused: misbehaviour", Refusal::Misbehaviour),
        ("refused: flood", Refusal::Flood),
        ("refused: twice", Refusal::Twice),
    ];
    frames.extend(refusals.map(|(name, refusal)| (name, Frame::Refused(refusal))));
    frames
}

const FILES: [(&str, &str); 9] = [
    (
        "venues.csv",
        "会場番号,会場名,エリア,種別,公開設定\n001,東部公民館,東部,集団,公開\n002,中央体育館,中央,集団,公開\n003,西部会館,西部,集団,公開\n",
    ),
    ("accounts.csv", "職員コード,名前,権限,担当会場\nA01,見本 管理,管理者,\nS01,見本 一子,会場一般,001\n"),
    ("doctors.csv", "医師番号,医師名,担当会場\nD01,見本 医一,001\n"),
    ("lots.csv", "ワクチン,ロット番号,有効期限,会場番号\ncomirnaty,MH1101,2021-12-31,001\n"),
    (
        "slots.csv",
        "予約枠名,会場番号,ワクチン,予約開始年,予約開始月,予約開始日,予約開始時間,予約開始分,予約終了時間,予約終了分,予約数,予約枠番号,区分,対象接種回数,接種間隔,年齢下限,年齢上限,公開設定,当日枠,セット予約枠番号\n\
         午前,001,comirnaty,2021,6,7,10,0,10,15,3,001-am,,,,,,,なし,\n午前,002,comirnaty,2021,6,7,10,0,10,15,2,002-am,,,,,,,なし,\n",
    ),
    (
        "vouchers.csv",
        "自治体番号,接種券番号,生年月日,クーポン,接種対象区分,状態,削除日,再発行前の接種券番号\n\
         132080,9000000001,1950-01-01,あり,高齢者,,,\n132080,9000000002,1951-02-03,あり,高齢者,,,\n\
         132080,9000000003,1952-03-04,あり,高齢者,,,\n132080,9000000004,1953-04-05,あり,高齢者,,,\n\
         132080,9000000005,1954-05-06,あり,高齢者,,,\n132080,9000000006,1955-06-07,あり,高齢者,,,\n\
         132080,9000000007,1952-03-04,あり,高齢者,,,9000000003\n",
    ),
    (
        "residents.csv",
        "自治体番号,接種券番号,生年月日,姓,名,セイ,メイ,電話番号,住所,利用者コード\n\
         132080,9000000001,1950-01-01,見本,一郎,ミホン,イチロウ,090-0000-0001,見本町1,U000001\n\
         132080,9000000002,1951-02-03,見本,二子,ミホン,ニコ,090-0000-0002,見本町2,U000002\n\
         132080,9000000006,1955-06-07,見本,六郎,ミホン,ロクロウ,090-0000-0006,見本町6,U000006\n",
    ),
    (
        "bookings.csv",
        "予約番号,自治体番号,接種券番号,予約枠番号,接種回数,予約状況,最終更新者,最終更新日時\n\
         B0001,132080,9000000001,001-am,1,予約中,A01,2021-05-20 09:00\nB0002,132080,9000000002,001-am,2,予約中,A01,2021-05-20 09:01\n\
         B0004,132080,9000000004,002-am,1,予約中,A01,2021-05-20 09:02\nB0005,132080,9000000005,001-am,1,予約中,A01,2021-05-20 09:03\n\
         B0006,132080,9000000006,001-am,1,キャンセル済み,A01,2021-05-20 09:04\n",
    ),
    (
        "doses.csv",
        "自治体番号,接種券番号,接種回数,接種日,ワクチン,ロット番号,会場名,医師名\n\
         132080,9000000002,1,2021-05-10,comirnaty,MH0907,東部公民館,見本 医一\n",
    ),
];

/// Makes a centre of a small town in a folder, and its kiosks' folders beside it, and lets a day pass. Writes
/// `to_kiosk.bundle` and `to_centre.bundle` on the way.
pub(crate) fn town(folder: &Path, out: &Path) -> Vec<(String, serde_json::Value)> {
    let options = Options { track_places: true, centre: Some(centre().public_key()) };
    let store = Store::open(&out.join("centre.sqlcipher"), &Key::new(DATABASE_KEY), options).unwrap();
    let mut town = Centre {
        folder: folder.to_owned(),
        store,
        identity: centre(),
        card_secret: CARD_SECRET,
        municipality: municipality(),
    };
    town.replace_settings(DEFAULT_SETTINGS).unwrap();
    for (name, text) in FILES {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        let report = import_file(&mut town, &path, &mut |_, _| {}).unwrap();
        assert!(report.refused.is_empty(), "{name}: {report}");
    }
    enrol_kiosk(&mut town, folder);
    for file in ["kiosk.toml", "device.cert"] {
        std::fs::copy(folder.join("kiosk").join(file), out.join(file)).unwrap();
    }
    let publisher = town.publisher();
    let Centre { store, .. } = town;
    let mut at_centre = Node::centre(store, publisher.clone());
    let mut bundles = Vec::new();
    a_day(&mut at_centre, &publisher, out, &mut bundles);
    trouble(&mut at_centre);
    words(&mut at_centre, &publisher);
    bundles
}

fn enrol_kiosk(town: &mut Centre, folder: &Path) {
    let out = folder.join("kiosk");
    std::fs::create_dir_all(&out).unwrap();
    Key::read_or_create(&out.join("device.key"), KIOSK).unwrap();
    let new = NewKiosk {
        name: "受付2".to_owned(),
        venue: "001".to_owned(),
        station: "entrance-staffed".to_owned(),
        booth: Some("3".to_owned()),
        staff: "S01".to_owned(),
        url: "192.0.2.1:8711".to_owned(),
        listen: Some("0.0.0.0:8712".parse().unwrap()),
        peers: vec!["192.0.2.7:8712".to_owned()],
        discover: "off".to_owned(),
        scanner: Some("/dev/serial/by-id/sample".into()),
        out,
    };
    enrol(town, &new).unwrap();
}

type Desktop = Node<MemoryStore>;

pub(crate) fn kiosk_node(identity: Identity, store: Option<MemoryStore>) -> Desktop {
    let options = Options { track_places: false, centre: Some(centre().public_key()) };
    let store = store.unwrap_or_else(|| MemoryStore::new(options));
    Node::kiosk(store, identity, centre().public_key(), 48, || {})
}

/// Gives one replica what another has of its topics.
pub(crate) fn give<A: Storage<Error = StoreError>, B: Storage<Error = StoreError>>(
    from: &mut Node<A>,
    to: &mut Node<B>,
) {
    for topic in [everywhere(), venue("001")] {
        for (origin, tip) in from.storage.vector(&topic).unwrap() {
            let held = to.storage.tip(&topic, &origin).unwrap().map_or(0, |tip| tip.number);
            let mut first = held + 1;
            while first <= tip.number {
                let stretch = from.entries(&topic, origin, first, 32 * 1024).unwrap();
                let next = stretch.entries.last().unwrap().number + 1;
                let claims = stretch.entries.into_iter().map(Claim::from).collect();
                to.ingest(vec![Batch { topic: topic.clone(), origin, first, after: stretch.after, claims }]).unwrap();
                first = next;
            }
        }
    }
}

fn press(at: &mut Desktop, number: u8, minutes: i64, drafts: &[(FactKind, Body)]) {
    let (identity, topic) = (at.identity.clone(), venue("001"));
    let desk = Desk { identity: &identity, topic: &topic, card_secret: &CARD_SECRET };
    let draft = |(kind, body): &(FactKind, Body)| Draft {
        kind: *kind,
        booking: Some(format!("B000{number}").as_str().into()),
        dose: (*kind != FactKind::CheckedIn).then_some(1),
        supersedes: Vec::new(),
        weight: Weight::Medical,
        body: body.clone(),
    };
    let request = RecordRequest {
        voucher: voucher(number),
        birth: Day::parse("1960-01-01"),
        drafts: drafts.iter().map(draft).collect(),
        stamp: stamp(minutes),
        basis: Vec::new(),
        if_changed: IfChanged::RecordAnyway,
    };
    let written: Result<_, ReplicaError<StoreError>> = at.storage.write(|tx| record(desk, tx, &request));
    written.unwrap();
}

fn came() -> (FactKind, Body) {
    (FactKind::CheckedIn, Body::CheckedIn(CheckedIn::default()))
}

fn given(lot: &str) -> (FactKind, Body) {
    let plain = Outcome { overridden: Vec::new(), because: None, typed: false, special: false, ..outcome() };
    (FactKind::Vaccinated, Body::Outcome(Outcome { lot: Some(lot.into()), ..plain }))
}

fn a_day(
    at_centre: &mut Node<Store>,
    publisher: &Publisher,
    out: &Path,
    bundles: &mut Vec<(String, serde_json::Value)>,
) {
    let mut one = kiosk_node(kiosk(&KIOSK, 21), None);
    let bundle = |name: &str, bytes: Vec<u8>| std::fs::write(out.join(name), bytes).unwrap();
    // By a stick to the first kiosk, and back.
    let mut file = Vec::new();
    let key = one.identity.public_key();
    let certificate = one.identity.certificate().cloned();
    let sent = at_centre.bundle_out(key, certificate.as_ref(), MORNING, &mut file, &mut |_, _| {}).unwrap();
    one.bundle_in(file.as_slice(), &mut |_, _| {}).unwrap();
    bundle("to_kiosk.bundle", file);
    bundles.push(("to_kiosk".to_owned(), crate::bundled(&one, sent.entries, None)));
    press(&mut one, 1, 1, &[came()]);
    press(&mut one, 1, 9, &[given("MH1101")]);
    press(&mut one, 2, 2, &[came()]);
    let only = Outcome { product: None, lot: None, overridden: Vec::new(), because: None, ..outcome() };
    press(&mut one, 2, 8, &[(FactKind::PrescreenOnly, Body::Outcome(only))]);
    let mut file = Vec::new();
    let sent = one.bundle_out(centre().public_key(), None, MORNING, &mut file, &mut |_, _| {}).unwrap();
    let came_in = at_centre.bundle_in(file.as_slice(), &mut |_, _| {}).unwrap();
    bundle("to_centre.bundle", file);
    bundles.push(("to_centre".to_owned(), serde_json::json!({ "entries": sent.entries, "from": came_in.from })));
    // The other kiosk says the opposite of one of them, and its card is copied while it runs.
    let mut two = kiosk_node(kiosk(&OTHER_KIOSK, 31), None);
    give(at_centre, &mut two);
    press(&mut two, 1, 10, &[given("MH1102")]);
    give(&mut two, at_centre);
    let copy = two.storage.clone();
    let mut twin = kiosk_node(kiosk(&OTHER_KIOSK, 31), Some(copy.clone()));
    press(&mut two, 8, 11, &[came()]);
    press(&mut twin, 8, 12, &[came()]);
    give(&mut two, at_centre);
    let stretch = twin.storage.stretch(&venue("001"), &twin.identity.origin(), 1, usize::MAX).unwrap();
    let claims = stretch.1.into_iter().map(Claim::from).collect();
    let origin = twin.identity.origin();
    at_centre.ingest(vec![Batch { topic: venue("001"), origin, first: 1, after: None, claims }]).unwrap();
    // Put back to where it was, and started again.
    let mut put_back = kiosk_node(kiosk(&OTHER_KIOSK, 32), Some(copy));
    press(&mut put_back, 4, 13, &[came()]);
    give(&mut put_back, at_centre);
    // A stolen one, which went on writing.
    let mut stolen = kiosk_node(kiosk(&STOLEN_KIOSK, 41), None);
    give(at_centre, &mut stolen);
    press(&mut stolen, 5, 14, &[came()]);
    give(&mut stolen, at_centre);
    let written: Written = at_centre.storage.write(|tx| {
        let key = stolen.identity.public_key();
        admin::revoke(publisher, tx, Revoking { key: &key, because: "盗難", lost: true })
    });
    written.unwrap();
    press(&mut stolen, 5, 600, &[given("MH1101")]);
    give(&mut stolen, at_centre);
}

/// What is held, what waits, and what came without its body: a kiosk of a newer version wrote it.
fn trouble(at_centre: &mut Node<Store>) {
    let identity = kiosk(&KIOSK, 22);
    let mut newer = kiosk_node(identity.clone(), None);
    press(&mut newer, 8, 20, &[came()]);
    give(&mut newer, at_centre);
    let (topic, origin) = (venue("001"), identity.origin());
    let person = DocumentId::visit(&voucher(3));
    let change =
        |bytes: Vec<u8>| Cbor::Array(vec![Cbor::Number(0), Cbor::Bytes(person.0.to_vec()), Cbor::Bytes(bytes)]).bytes();
    let text = |text: &str| BTreeMap::from([("name".to_owned(), Value::Text(text.to_owned()))]);
    let unseen = field_edit([8; 16], &[], &text("見本 三子")).unwrap().bytes;
    let waits = field_edit([9; 16], std::slice::from_ref(&unseen), &text("見本 三枝")).unwrap().bytes;
    let mut withheld = fact(came().0, came().1);
    withheld.id = FactId([10; 16]);
    let withheld = change(fact_shape::encode(withheld.id, &withheld.encode()).unwrap().bytes);
    let bodies = [
        (EntryKind::Unknown(77), b"of a newer version".to_vec()),
        (EntryKind::Change, change(waits)),
        (EntryKind::Change, withheld),
        (EntryKind::Card, vec![0x80]),
    ];
    let mut tip = at_centre.storage.tip(&topic, &origin).unwrap();
    let (first, after) = (tip.unwrap().number + 1, tip.map(|tip| tip.header_hash));
    let mut claims = Vec::new();
    for (at, (kind, body)) in bodies.into_iter().enumerate() {
        let entry = seal(&identity, &topic, tip, kind, body.clone());
        tip = Some(Tip { number: entry.number, header_hash: entry.header_hash });
        let mut claim = Claim::from(entry);
        if at == 2 {
            claim.content = Content::Absent { hash: digest(&body), length: u32::try_from(body.len()).unwrap() };
        }
        claims.push(claim);
    }
    let taken = at_centre.ingest(vec![Batch { topic, origin, first, after, claims }]).unwrap().remove(0);
    assert_eq!((taken.added, taken.blame), (4, None));
}

/// What the centre says of the log, and what went wrong.
fn words(at_centre: &mut Node<Store>, publisher: &Publisher) {
    let written: Written = at_centre.storage.write(|tx| {
        assert!(admin::erase(publisher, tx, DocumentId::visit(&voucher(6)))? > 0);
        admin::leave(publisher, tx, DocumentId::visit(&voucher(4)), &venue("002"))?;
        admin::close(publisher, tx, &venue("003"), Day::parse(TODAY).unwrap())?;
        admin::archive(publisher, tx, &venue("003"), BTreeMap::new())?;
        for (at, kind) in (0i64..).zip(IncidentKind::ALL) {
            let incident = Incident {
                kind,
                who: kiosk(&STOLEN_KIOSK, 0).public_key(),
                topic: venue("001").to_string(),
                detail: "a sample".to_owned(),
                at: Moment(MORNING.0 + at),
            };
            tx.note(&incident)?;
            tx.note(&Incident { at: Moment(MORNING.0 + 1000 + at), ..incident })?;
        }
        let held = [(kiosk(&KIOSK, 21).origin(), 3), (centre().origin(), 2)];
        tx.put_confirmed(&kiosk(&KIOSK, 0).public_key(), &venue("001"), &held)?;
        Ok(())
    });
    written.unwrap();
}
