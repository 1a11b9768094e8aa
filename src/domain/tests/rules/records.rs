//! Records and their documents: what other crates store and find them by.

use uketsuke_domain::facts::KnownFact;
use uketsuke_domain::record::{DocumentId, DocumentKind, Fields, RawRecord, Value, field};
use uketsuke_domain::review::Review;
use uketsuke_domain::text::kana::SearchKey;

use crate::common::{at, booked, check_in, folded, record, replaced, vaccinated, voucher, voucher_of};

#[test]
fn a_documents_id_tells_its_kind_and_nothing_else() {
    let visit = DocumentId::visit(&voucher());
    assert!(visit.is_of(DocumentKind::Visit) && !visit.is_of(DocumentKind::Settings));
    let devices = DocumentId::of(DocumentKind::Devices, "devices");
    assert!(devices.is_of(DocumentKind::Devices) && !devices.is_of(DocumentKind::Visit));
    assert_eq!(visit, DocumentId::visit(&voucher()));
    assert_ne!(visit, DocumentId::visit(&voucher_of("1111111112")));
    assert_ne!(visit, DocumentId::of(DocumentKind::Contact, &voucher().to_string()));
    let distinct: std::collections::BTreeSet<u8> = visit.0.into_iter().collect();
    assert!(distinct.len() > 4, "a hash, and no row of zeros: {visit}");
}

#[test]
fn a_value_is_text_or_bytes() {
    let (text, bytes) = (Value::Text("一".to_owned()), Value::Bytes(vec![7, 8]));
    assert_eq!((text.as_text(), text.as_bytes()), (Some("一"), None));
    assert_eq!((bytes.as_text(), bytes.as_bytes()), (None, Some(&[7, 8][..])));
}

#[test]
fn nothing_is_held_only_without_fields_and_facts() {
    let fields = Fields::from([(field::NAME.to_owned(), vec![Value::Text("富士通　花子".to_owned())])]);
    let facts = vec![check_in().id(1)];
    assert!(RawRecord::default().is_empty());
    assert!(!RawRecord { fields: fields.clone(), ..RawRecord::default() }.is_empty());
    assert!(!RawRecord { facts: facts.clone(), ..RawRecord::default() }.is_empty());
    assert!(!RawRecord { fields, facts, ..RawRecord::default() }.is_empty());
}

#[test]
fn a_persons_name_is_compared_by_the_kana() {
    assert_eq!(record(&[]).name_key(), Some(SearchKey::of("フジツウ　ハナコ")));
    assert_eq!(RawRecord::default().name_key(), None);
}

#[test]
fn a_record_tells_its_voucher_and_the_day_of_its_deletion() {
    let mut record = record(&[]);
    assert_eq!((record.voucher(), record.is_deleted(), record.deleted_on()), (Some(voucher()), false, None));
    let mut delete = |text: &str| {
        record.fields.insert(field::DELETED.to_owned(), vec![Value::Text(text.to_owned())]);
        (record.is_deleted(), record.deleted_on().map(|day| day.to_string()))
    };
    assert_eq!(delete("2021-05-01"), (true, Some("2021-05-01".to_owned())));
    assert_eq!(delete("1"), (true, None));
    assert_eq!(delete("0"), (false, None), "taken back");
}

#[test]
fn every_number_of_a_person_sees_all_the_others_and_no_further() {
    let id = |number: &str| DocumentId::visit(&voucher_of(number));
    let of = |number: &str, facts: &[KnownFact]| {
        let mut record = record(facts);
        record.fields.insert(field::VOUCHER.to_owned(), vec![Value::Text(voucher_of(number).to_string())]);
        record
    };
    let (one, two) = (of("1111111112", &[vaccinated(-9, 1).id(1)]), of("1111111114", &[replaced(false).id(2)]));
    let kin = [(id("1111111112"), one.clone()), (id("1111111114"), two.clone())].into();
    let own = RawRecord { kin, ..record(&[replaced(true).id(3)]) };
    let seen: Vec<RawRecord> = own.seen_from_kin().collect();
    let mut order = [(id("1111111112"), &one, &two), (id("1111111114"), &two, &one)];
    order.sort_by_key(|(id, ..)| *id);
    for (seen, (of, record, other)) in seen.iter().zip(order) {
        assert_eq!((&seen.facts, seen.kin.len()), (&record.facts, 2), "{of}");
        assert!(!seen.kin.contains_key(&of), "not beside itself");
        let beside: Vec<_> = seen.kin.values().map(|kin| (&kin.facts, kin.kin.len())).collect();
        assert!(beside.contains(&(&own.facts, 0)) && beside.contains(&(&other.facts, 0)), "and theirs are left out");
    }
    assert_eq!(seen.len(), 2);
}

#[test]
fn a_review_is_as_old_as_its_newest_fact() {
    let facts = [booked(0).id(1), check_in().at(at(0, 9, 50)).id(2), check_in().at(at(0, 9, 55)).id(3)];
    let [review] = &folded(&facts).reviews[..] else { panic!("one") };
    assert_eq!(review.since(), Some(at(0, 9, 55)));
    assert_eq!(Review { sides: Vec::new(), ..review.clone() }.since(), None);
}

#[test]
fn a_voucher_shows_its_last_four_digits_to_a_log_and_no_more() {
    let shown = format!("{:?}", voucher());
    assert!(shown.contains("1113") && !shown.contains("11113"), "{shown}");
    assert_eq!(uketsuke_domain::code::Voucher::parse(&voucher().to_string()), Some(voucher()));
    for bad in ["", "132080", "132080-", "132081-1111111113", "132080-111111111", "132080-1111111113-1"] {
        assert_eq!(uketsuke_domain::code::Voucher::parse(bad), None, "{bad}");
    }
}

#[test]
fn topics_and_kinds_of_entries_are_what_goes_over_the_line() {
    use uketsuke_domain::log::{EntryKind, Topic};
    let code = voucher().municipality;
    let named = [
        (Topic::municipality(code), "municipality/132080"),
        (Topic::venue(code, &"001".into()), "venue/132080/001"),
        (Topic::centre(code), "centre/132080"),
    ];
    for (topic, name) in named {
        assert_eq!((topic.as_str(), topic.to_string().as_str()), (name, name));
        assert_eq!(Topic::parse(name), Some(topic));
    }
    assert_eq!((Topic::parse(""), Topic::parse(&"x".repeat(129))), (None, None));
    assert!(Topic::parse(&"x".repeat(128)).is_some());
    for number in [1, 2, 3, 4, 900] {
        assert_eq!(EntryKind::from_number(number).number(), number);
    }
    let known = [1, 2, 3].map(EntryKind::from_number);
    assert_eq!(known, [EntryKind::Change, EntryKind::Card, EntryKind::Carried]);
}
