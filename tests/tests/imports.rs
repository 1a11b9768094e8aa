//! Imports that name other rows: reissued and deleted vouchers, and slots that are booked in pairs.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::path::Path;

use uketsuke_domain::code::Voucher;
use uketsuke_domain::record::{DocumentId, field};
use uketsuke_store::{Key, Options, Store};
use uketsuke_tests::harness::{Cast, CentreFolder};

fn import(centre: &CentreFolder, folder: &Path, file: &str, lines: &[&str]) -> String {
    let path = folder.join(file);
    std::fs::write(&path, lines.join("\r\n") + "\r\n").unwrap();
    centre.run("import", &[path.to_str().unwrap()]).unwrap_or_else(|refused| refused.to_string())
}

fn replacements(centre: &CentreFolder) -> usize {
    centre.facts().unwrap().iter().filter(|fact| fact["kind"] == "VoucherReplaced").count()
}

#[test]
fn a_reissued_voucher_is_told_in_both_records_once() {
    let folder = tempfile::tempdir().unwrap();
    let centre = CentreFolder::make(folder.path(), 300, 9).unwrap();
    let cast = Cast::read(&folder.path().join("sample/cast.json")).unwrap();
    let old = &cast.no_booking[0].number;
    let header = "自治体番号,接種券番号,生年月日,クーポン,接種対象区分,再発行前の接種券番号";
    let row = |old: &str| format!("132080,9000000001,1950-04-01,あり,,{old}");
    import(&centre, folder.path(), "vouchers.csv", &[header, &row(old)]);
    assert_eq!(replacements(&centre), 2);
    import(&centre, folder.path(), "vouchers.csv", &[header, &row(old)]);
    assert_eq!(replacements(&centre), 2, "the same list again changes nothing");
    for (refused, why) in [("9000000001", "同じです"), ("9999999999", "登録されていません")] {
        let told = import(&centre, folder.path(), "vouchers.csv", &[header, &row(refused)]);
        assert!(told.contains(why), "{told}");
    }
    assert_eq!(replacements(&centre), 2);
}

#[test]
fn a_voucher_that_is_valid_and_deleted_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let centre = CentreFolder::make(folder.path(), 300, 9).unwrap();
    let header = "自治体番号,接種券番号,生年月日,クーポン,接種対象区分,状態,削除日";
    let row = |state: &str| format!("132080,9000000002,1950-04-01,あり,,{state}");
    let told = import(&centre, folder.path(), "vouchers.csv", &[header, &row("有効,2021-05-01")]);
    assert!(told.contains("削除日があります"), "{told}");
    for (state, deleted) in [
        ("有効,", None),
        ("削除,2021-05-01", Some("2021-05-01")),
        ("削除,", Some("2021-05-01")),
        ("有効,", Some("0")),
        (",2021-05-02", Some("2021-05-02")),
        (",", Some("2021-05-02")),
    ] {
        let told = import(&centre, folder.path(), "vouchers.csv", &[header, &row(state)]);
        assert!(!told.contains("行目"), "{state}: {told}");
        assert_eq!(deleted_field(&centre).as_deref(), deleted, "{state}");
    }
    let told = import(&centre, folder.path(), "vouchers.csv", &[header, &row(",2099-05-02")]);
    assert!(told.contains("まだ来ていない"), "{told}");
}

/// What the centre's record says of the deletion.
fn deleted_field(centre: &CentreFolder) -> Option<String> {
    let key = Key::read(&centre.path.join("database.key")).unwrap();
    let store = Store::open(&centre.path.join("center.db"), &key, Options::default()).unwrap();
    let voucher = Voucher::parse("132080-9000000002").unwrap();
    store.record(DocumentId::visit(&voucher)).unwrap().text(field::DELETED).map(str::to_owned)
}

#[test]
fn a_reissued_voucher_and_the_one_before_may_come_in_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let centre = CentreFolder::make(folder.path(), 300, 9).unwrap();
    let header = "自治体番号,接種券番号,生年月日,クーポン,接種対象区分,再発行前の接種券番号";
    // Rows go in by record and not by line: of these pairs some come old first, some new first.
    let rows: Vec<String> = (0..8)
        .flat_map(|n| {
            let (old, new) = (format!("910000000{n}"), format!("920000000{n}"));
            [format!("132080,{new},1950-04-01,あり,,{old}"), format!("132080,{old},1950-04-01,あり,,")]
        })
        .collect();
    let lines: Vec<&str> = std::iter::once(header).chain(rows.iter().map(String::as_str)).collect();
    let told = import(&centre, folder.path(), "vouchers.csv", &lines);
    assert!(!told.contains("行目"), "{told}");
    assert_eq!(replacements(&centre), 16);
}

#[test]
fn two_slots_of_a_pair_name_each_other_in_whatever_order() {
    let folder = tempfile::tempdir().unwrap();
    let centre = CentreFolder::make(folder.path(), 300, 9).unwrap();
    let header = "予約枠番号,予約枠名,会場番号,ワクチン,予約開始年,予約開始月,予約開始日,予約開始時間,予約開始分,\
                  予約終了時間,予約終了分,予約数,セット予約枠番号";
    let slot = |id: &str, day: u8, pair: &str| format!("{id},午前,001,ファイザー,2031,5,{day},10,0,10,30,5,{pair}");
    let refused = |rows: [String; 2]| {
        let told = import(&centre, folder.path(), "slots.csv", &[header, &rows[0], &rows[1]]);
        told.lines().filter(|line| line.contains("行目")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(refused([slot("P2", 29, "P1"), slot("P1", 1, "P2")]), [""; 0], "the second may stand first");
    let one_sided = refused([slot("Q1", 1, "Q2"), slot("Q2", 29, "")]);
    assert!(one_sided.len() == 2 && one_sided[0].contains("互いの予約枠番号"), "{one_sided:?}");
    let too_soon = refused([slot("R1", 1, "R2"), slot("R2", 9, "R1")]);
    assert!(too_soon.len() == 2 && too_soon[0].contains("接種間隔"), "neither half alone: {too_soon:?}");
    let torn = import(&centre, folder.path(), "slots.csv", &[header, &slot("P2", 29, "")]);
    assert!(torn.contains("互いの予約枠番号"), "the other still names it: {torn}");
    let unknown = refused([slot("S1", 1, "S9"), slot("S3", 2, "")]);
    assert!(unknown.len() == 1 && unknown[0].contains("登録されていません"), "{unknown:?}");
}
