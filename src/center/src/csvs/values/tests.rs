//! What clerks and spreadsheets put into cells.

use jiff::civil::{date, datetime};

use super::*;

#[test]
fn numbers_of_vouchers() {
    assert_eq!(voucher_number("０１２３４５６７８９").unwrap().as_str(), "0123456789");
    let exponent = |found: &str| Refusal::Exponent { found: found.to_owned() };
    let cases = [
        ("1.11111E+09", exponent("1.11111E+09")),
        ("1.11E+09", exponent("1.11E+09")),
        ("1E9", exponent("1E9")),
        ("１．１Ｅ＋０９", exponent("1.1E+09")),
        ("123456789", Refusal::LeadingZeros { found: 9, expected: 10 }),
        ("12345678901", Refusal::Length { found: 11, expected: 10 }),
        ("12345-7890", Refusal::NotDigits { found: "12345-7890".to_owned() }),
        ("E+09", Refusal::NotDigits { found: "E+09".to_owned() }),
    ];
    for (cell, refusal) in cases {
        assert_eq!(voucher_number(cell), Err(refusal), "{cell}");
    }
    let sentences = [
        (
            "1.11111E+09",
            "指数表記になっています（1.11111E+09）。表計算ソフトで桁数の多い数字が変換されています。元の番号を入力してください",
        ),
        ("123456789", "9桁しかありません（正しくは10桁）。先頭の 0 が落ちていませんか"),
    ];
    for (cell, sentence) in sentences {
        assert_eq!(voucher_number(cell).unwrap_err().to_string(), sentence);
    }
}

#[test]
fn municipalities_have_a_check_digit() {
    assert_eq!(municipality("011002").unwrap().as_str(), "011002");
    assert_eq!(municipality("132081"), Err(Refusal::CheckDigit { found: 1, expected: 0 }));
    assert_eq!(municipality("11002"), Err(Refusal::LeadingZeros { found: 5, expected: 6 }));
}

#[test]
fn codes_are_folded_and_exponents_found() {
    assert_eq!(code("ＡＢ－１"), Ok("AB-1".to_owned()));
    assert_eq!(code("1E5"), Ok("1E5".to_owned()));
    assert_eq!(code("1.23E+11"), Err(Refusal::Exponent { found: "1.23E+11".to_owned() }));
    assert_eq!(code(&"x".repeat(65)), Err(Refusal::TooLong { found: 65, most: 64 }));
    let numbers = |cell| venues(cell).unwrap().iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(numbers("001; 002；003;"), ["001", "002", "003"]);
}

#[test]
fn days_in_three_forms() {
    for cell in ["2021-03-22", "2021/3/22", "20210322", "２０２１／３／２２"] {
        assert_eq!(day(cell), Ok(Day(date(2021, 3, 22))), "{cell}");
    }
    for cell in ["2021-02-29", "令和3年2月29日", "44277", "2021-+3-22", "2.02103E+07"] {
        assert!(matches!(day(cell), Err(Refusal::NoSuchDay { .. })), "{cell}");
    }
    for cell in ["1899-12-31", "2101-01-01", "0021-03-22", "明治5年1月1日", "M32.12.31"] {
        assert!(matches!(day(cell), Err(Refusal::DayOutOfRange { .. })), "{cell}");
    }
    assert!(day("1900-01-01").is_ok() && day("2100-12-31").is_ok());
}

#[test]
fn days_of_the_eras() {
    for cell in ["昭和元年12月25日", "大正15年12月25日", "S1.12.25", "Ｔ１５／１２／２５"] {
        assert_eq!(day(cell), Ok(Day(date(1926, 12, 25))), "{cell}");
    }
    let sentence = day("昭和64年1月8日").unwrap_err().to_string();
    assert_eq!(sentence, "この日は別の元号です（昭和64年1月8日）。正しくは 平成元年1月8日 です");
    let expected = Moment::in_japan(datetime(2021, 3, 22, 10, 5, 0, 0));
    assert_eq!(moment("令和3年3月22日 10:05"), Ok(expected));
}

#[test]
fn moments_are_in_japan() {
    let expected = Moment::in_japan(datetime(2021, 3, 22, 10, 5, 0, 0));
    for cell in ["2021-03-22 10:05", "2021/3/22 10:05", "2021-03-22T10:05:00", "20210322　10:5"] {
        assert_eq!(moment(cell), Ok(expected), "{cell}");
    }
    for cell in [
        "2021-03-22",
        "2021-03-22 24:00",
        "2021-03-22 10",
        "2021-03-22 10:05:00:00",
        "2021-02-30 10:05",
        "2021-03-22 +1:05",
    ] {
        assert!(matches!(moment(cell), Err(Refusal::NoSuchTime { .. })), "{cell}");
    }
    assert!(matches!(moment("2101-03-22 10:05"), Err(Refusal::DayOutOfRange { .. })));
}

#[test]
fn numbers_have_a_range() {
    assert_eq!(number::<u8>(1..=9)("９"), Ok(9));
    let out = |found: &str| Err(Refusal::OutOfRange { found: found.to_owned(), least: 1, most: 9 });
    assert_eq!(number::<u8>(1..=9)("0"), out("0"));
    assert_eq!(number::<u8>(1..=9)("99999999999"), out("99999999999"));
    assert_eq!(number::<u8>(1..=9)("-1"), Err(Refusal::NotDigits { found: "-1".to_owned() }));
}

#[test]
fn keys_are_hexadecimal() {
    assert_eq!(key(&"aF".repeat(32)), Ok([0xaf; 32]));
    assert_eq!(key(&"a".repeat(63)), Err(Refusal::NotHexadecimal { found: 63, expected: 64 }));
    assert_eq!(key(&"+f".repeat(32)), Err(Refusal::NotHexadecimal { found: 64, expected: 64 }));
}

#[test]
fn what_can_not_be_seen_is_refused() {
    assert_eq!(visible("山\u{fffd}田"), Err(Refusal::Garbled));
    assert_eq!(visible("山\u{0}田"), Err(Refusal::Control { character: '\u{0}' }));
    assert_eq!(visible("山\n田"), Err(Refusal::Control { character: '\n' }));
    assert_eq!(visible("山　田"), Ok(()));
    assert_eq!(text(2)("山田太"), Err(Refusal::TooLong { found: 3, most: 2 }));
}
