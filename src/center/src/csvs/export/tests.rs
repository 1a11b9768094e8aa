//! The results file, byte by byte.

use jiff::civil::{date, datetime};
use uketsuke_domain::code::{Municipality, VoucherNumber};

use super::super::{Newline, TextEncoding};
use super::*;

fn result(venue: &str, status: ResultStatus) -> ResultRow {
    ResultRow {
        voucher: Voucher {
            municipality: Municipality::parse("011002").unwrap(),
            number: VoucherNumber::parse("0003843293").unwrap(),
        },
        dose: 1,
        status,
        day: Day(date(2021, 6, 7)),
        venue: venue.to_owned(),
        doctor: "見本 一郎".to_owned(),
        maker: "ファイザー".to_owned(),
        lot: "EP2163".to_owned(),
        recorded_at: Moment::in_japan(datetime(2021, 6, 7, 9, 5, 7, 0)),
    }
}

fn export(rows: &[ResultRow], profile: Profile) -> (Written, Vec<u8>) {
    let mut out = Vec::new();
    let written = write_results(rows, profile, &mut out).unwrap();
    (written, out)
}

const HEADER: &str = "\"自治体コード\",\"券番号\",\"接種回\",\"接種状況\",\"接種日\",\"会場名\",\"医師名\",\"メーカー\",\"ロット番号\",\"登録日時\"";

#[test]
fn one_row_for_each_dose() {
    let (written, out) = export(&[result("東部公民館", ResultStatus::Vaccinated)], Profile::default());
    let row = "\"011002\",\"0003843293\",\"1\",\"接種済\",\"20210607\",\"東部公民館\",\"見本 一郎\",\"ファイザー\",\"EP2163\",\"20210607090507\"";
    assert_eq!(String::from_utf8(out).unwrap(), format!("{HEADER}\r\n{row}\r\n"));
    assert_eq!(written, Written { rows: 1, left_out: 0, refused: vec![] });
}

#[test]
fn prescreening_is_left_out_unless_asked_for() {
    let rows = [result("東部公民館", ResultStatus::PrescreenOnly)];
    let (written, out) = export(&rows, Profile::default());
    assert_eq!((written.rows, written.left_out), (0, 1));
    assert!(!String::from_utf8(out).unwrap().contains("予診のみ"));
    let (written, out) = export(&rows, Profile { include_prescreen: true, ..Profile::default() });
    assert_eq!((written.rows, written.left_out), (1, 0));
    assert!(String::from_utf8(out).unwrap().contains("\"予診のみ\""));
}

#[test]
fn profiles() {
    let profile = |encoding| Profile { encoding, newline: Newline::Lf, include_prescreen: false };
    let (_, marked) = export(&[], profile(TextEncoding::Utf8Bom));
    assert_eq!(marked, format!("\u{feff}{HEADER}\n").into_bytes());
    let (written, bytes) = export(&[result("〜髙—", ResultStatus::Vaccinated)], profile(TextEncoding::Cp932));
    assert_eq!(written.rows, 1);
    assert!(bytes.windows(6).any(|window| window == b"\x81\x60\xfb\xfc\x81\x5c"));
    assert!(!bytes.windows(2).any(|window| window == b"&#"));
}

#[test]
fn rows_that_do_not_fit_are_named_and_the_others_go_out() {
    let good = |venue: &str| result(venue, ResultStatus::Vaccinated);
    let rows =
        [good(&"あ".repeat(30)), good(&"あ".repeat(31)), good("𠮷田医院"), good(&format!("={}", "あ".repeat(29)))];
    let profile = Profile { encoding: TextEncoding::Cp932, ..Profile::default() };
    let (written, out) = export(&rows, profile);
    assert_eq!(written.rows, 1);
    let reasons: Vec<_> = written.refused.iter().map(|refused| (refused.column, refused.reason.clone())).collect();
    let too_long = ("会場名", Refusal::TooLong { found: 31, most: 30 });
    assert_eq!(reasons, [too_long.clone(), ("会場名", Refusal::Unmappable { character: '𠮷' }), too_long]);
    assert_eq!(written.refused[0].to_string(), "2件目 011002-0003843293 1回目［会場名］31文字あります（30文字まで）");
    assert_eq!(out.split(|byte| *byte == b'\n').count(), 3);
}

#[test]
fn formulas_are_guarded() {
    for start in ["=", "+", "-", "@"] {
        let (_, out) = export(&[result(&format!("{start}1"), ResultStatus::Vaccinated)], Profile::default());
        assert!(String::from_utf8(out).unwrap().contains(&format!("\"'{start}1\"")));
    }
    let (written, _) = export(&[result("\t=1", ResultStatus::Vaccinated)], Profile::default());
    assert_eq!(written.refused[0].reason, Refusal::Control { character: '\t' });
}
