//! Files as they come: encodings, headers, broken rows.

use uketsuke_domain::reference::{Doctor, Venue};

use super::*;

const TEXT: &str =
    "会場番号,会場名,エリア,種別,公開設定\r\n001,髙﨑公民館,東部,集団,公開\r\n002,中央体育館,,個別,非公開\r\n";

fn read<R: CsvRow>(bytes: &[u8]) -> Result<Parsed<R>, FileRefusal> {
    parse(bytes, &|_| None)
}

fn cp932(text: &str) -> Vec<u8> {
    uketsuke_domain::text::cp932::encode(text).unwrap()
}

#[test]
fn one_file_in_three_encodings_is_one_file() {
    let plain = read::<Venue>(TEXT.as_bytes()).unwrap();
    assert_eq!((plain.report.accepted, plain.rows[0].row.name.as_str()), (2, "髙﨑公民館"));
    assert_eq!(plain.report.notices, []);
    let marked = read::<Venue>(format!("\u{feff}{TEXT}").as_bytes()).unwrap();
    assert_eq!(marked, plain);
    let windows = read::<Venue>(&cp932(TEXT)).unwrap();
    assert_eq!((&windows.rows, windows.report.notices), (&plain.rows, vec![Notice::ReadAsCp932]));
    assert_eq!(read::<Venue>(TEXT.replace("\r\n", "\n").as_bytes()).unwrap(), plain);
}

#[test]
fn broken_bytes_cost_their_row_alone() {
    let mut bytes = cp932(TEXT);
    let line = bytes.windows(3).position(|window| window == b"001").unwrap();
    bytes.splice(line + 4..line + 6, *b"\xfd\xff");
    let parsed = read::<Venue>(&bytes).unwrap();
    assert_eq!(parsed.rows[0].row.number.as_str(), "002");
    let expected = RowError { line: 2, column: "会場名".to_owned(), reason: Refusal::Garbled };
    assert_eq!(parsed.report.refused, [expected]);

    let mut bytes = TEXT.as_bytes().to_vec();
    let last = bytes.len() - 3;
    bytes[last] = 0xff;
    let parsed = read::<Venue>(&bytes).unwrap();
    assert_eq!((parsed.report.accepted, parsed.report.refused[0].line), (1, 3));
}

#[test]
fn headers_may_be_half_width_reordered_or_unknown() {
    let text = "備考, 医師名 ,担当会場,医師番号,,\n何か,見本 一郎,001,D1,,\n";
    let parsed = read::<Doctor>(text.as_bytes()).unwrap();
    assert_eq!((parsed.rows[0].row.id.as_str(), parsed.rows[0].row.name.as_str()), ("D1", "見本 一郎"));
    assert_eq!(parsed.report.notices, [Notice::UnknownColumn("備考".to_owned())]);
    let vouchers = "自治体番号,接種券番号,生年月日,ｸｰﾎﾟﾝ,接種対象区分\n132080,1111111113,1950-01-02,あり,\n";
    let parsed = read::<super::super::rows::VoucherRow>(vouchers.as_bytes()).unwrap();
    assert_eq!(parsed.report.accepted, 1);
}

#[test]
fn files_that_can_not_be_read_say_why() {
    let missing = |missing: &[&str], found: &[&str]| {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        FileRefusal::MissingColumns { missing: owned(missing), found: owned(found) }
    };
    let cases: [(&[u8], FileRefusal); 6] = [
        (b"", FileRefusal::Empty),
        (b"\xef\xbb\xbf\r\n\r\n", FileRefusal::Empty),
        (b"\xff\xfe\x1a\x4f", FileRefusal::Utf16),
        (b"\"\x88\xe3", FileRefusal::Header),
        ("医師番号,氏名\n".as_bytes(), missing(&["医師名", "担当会場"], &["医師番号", "氏名"])),
        ("医師番号,医師名,担当会場,医師名\n".as_bytes(), FileRefusal::RepeatedColumn { name: "医師名".to_owned() }),
    ];
    for (bytes, refusal) in cases {
        assert_eq!(read::<Doctor>(bytes), Err(refusal), "{bytes:x?}");
    }
    let sentence = missing(&["医師名"], &["氏名"]).to_string();
    assert_eq!(sentence, "必要な列がありません: 医師名。ファイルにある列: 氏名");
}

#[test]
fn the_report_names_lines_as_an_editor_does() {
    let text = "備考,医師番号,医師名,担当会場\n\n\"x\ny\",D1,見本 一郎,\n,D2,,\n,,,\n,D1,二人目,\n,D3,三,001,余り\n,D4,四,,\n,D5\n";
    let parsed = read::<Doctor>(text.as_bytes()).unwrap();
    assert_eq!(parsed.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [3, 9]);
    assert_eq!(
        parsed.report.to_string(),
        "取り込んだ行: 2　取り込めなかった行: 4\n  \
         5行目［医師名］空欄です。値を入力してください\n  \
         7行目［医師番号］3行目と重複しています\n  \
         8行目［行全体］見出しより列が多くあります（5列、見出しは4列）。値の中のカンマは \" で囲んでください\n  \
         10行目［医師名］空欄です。値を入力してください\n  \
         お知らせ: 列「備考」は使わない列なので読みませんでした\n"
    );
}
