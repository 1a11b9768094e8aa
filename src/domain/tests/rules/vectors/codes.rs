//! `codes.json` and `gs1.json`: what a scanned text is.

use serde_json::{Map, Value, json};
use uketsuke_domain::code::gs1::{LabelFault, Lot, PackagingLevel};
use uketsuke_domain::code::{Coupon, Scan, Scanned, Symbology, Unreadable, VaccineLabel, what_is};

use super::{cases, text_of};

/// The year in which the labels of the cases are read.
const THIS_YEAR: i16 = 2021;

#[test]
fn codes() {
    hold("codes");
}

#[test]
fn labels() {
    hold("gs1");
}

/// Every case says all that is read, no less and no more.
fn hold(file: &str) {
    for case in cases(file) {
        let scanned = text_of(&case, "scanned");
        let mut expected = case.clone();
        expected.retain(|key, _| !["name", "scanned", "source"].contains(&key.as_str()));
        let read = describe(&what_is(&with_controls(scanned)));
        assert_eq!(Value::Object(read), Value::Object(expected), "{}: {scanned}", text_of(&case, "name"));
    }
}

/// Characters that can't be seen have names in the files.
fn with_controls(text: &str) -> String {
    text.replace("<GS>", "\u{1d}").replace("<STX>", "\u{2}").replace("<CR>", "\r").replace("<LF>", "\n")
}

fn describe(scanned: &Scanned) -> Map<String, Value> {
    let described = match scanned {
        Scanned::Voucher(scan) => voucher(*scan),
        Scanned::Vaccine(vaccine) => return label(vaccine),
        Scanned::StaffCard(card) => {
            json!({"is": "職員証", "municipality": card.municipality.as_str(), "id": hex(card.card.as_bytes())})
        }
        Scanned::Enrolment(code) => {
            json!({"is": "端末登録コード", "municipality": code.municipality.as_str(), "id": hex(code.token.as_bytes())})
        }
        Scanned::WebAddress => json!({"is": "ウェブアドレス"}),
        Scanned::Product => json!({"is": "商品のバーコード"}),
        Scanned::Unreadable(reason) => unreadable(*reason),
    };
    described.as_object().cloned().unwrap()
}

fn voucher(scan: Scan) -> Value {
    let symbology = match scan.symbology {
        Symbology::Nw7 => "NW-7",
        Symbology::Qr => "QR",
        Symbology::Other => "不明",
    };
    match scan.coupon {
        Coupon::Number(number) => json!({"is": "接種券", "symbology": symbology, "number": number.as_str()}),
        Coupon::Full { sticker, voucher } => json!({
            "is": "接種券",
            "symbology": symbology,
            "kind": sticker.kind,
            "dose": sticker.dose,
            "municipality": voucher.municipality.as_str(),
            "number": voucher.number.as_str(),
        }),
    }
}

fn unreadable(reason: Unreadable) -> Value {
    let reason = match reason {
        Unreadable::Length(digits) => return json!({"is": "読み取り不可", "reason": "桁数違い", "digits": digits}),
        Unreadable::Empty => "空",
        Unreadable::CheckDigit => "自治体番号の検査数字違い",
        Unreadable::Characters => "数字以外の文字",
        Unreadable::Cut => "途中で切れた",
        Unreadable::DamagedOwnCode => "職員証・端末登録コードの読み誤り",
        Unreadable::NewerCode => "新しい版のコード",
        Unreadable::Label(fault) => {
            return json!({"is": "読み取り不可", "reason": "ワクチンのラベルとして使えない", "fault": label_fault(fault)});
        }
    };
    json!({"is": "読み取り不可", "reason": reason})
}

fn label_fault(fault: LabelFault) -> String {
    match fault {
        LabelFault::NoGtin => "商品コードなし".to_owned(),
        LabelFault::CheckDigit(ai) => format!("({ai})の検査数字違い"),
        LabelFault::Date(ai) => format!("({ai})が日付でない"),
        LabelFault::Value(ai) => format!("({ai})の長さか文字が不正"),
        LabelFault::UnknownIdentifier => "識別子がない".to_owned(),
        LabelFault::Twice(ai) => format!("({ai})が二つあり、値が違う"),
        LabelFault::Characters => "使えない文字".to_owned(),
    }
}

/// Only what the label told: an absent key is an absent element.
fn label(label: &VaccineLabel) -> Map<String, Value> {
    let level = match label.gtin.level() {
        PackagingLevel::Unit => "個装".to_owned(),
        PackagingLevel::Inner => "中箱".to_owned(),
        PackagingLevel::Outer => "外箱".to_owned(),
        PackagingLevel::Other(digit) => digit.to_string(),
    };
    let candidates = match &label.lot {
        Lot::Doubtful(candidates) => Some(json!(candidates)),
        Lot::Missing | Lot::Read(_) => None,
    };
    let others: Map<String, Value> =
        label.others.iter().map(|element| (element.ai.to_string(), json!(element.value))).collect();
    let told = [
        ("is", Some(json!("ワクチンのラベル"))),
        ("gtin", Some(json!(label.gtin))),
        ("packaging", Some(json!(level))),
        ("complete", Some(json!(label.is_complete()))),
        ("lot", label.lot.certain().map(|lot| json!(lot))),
        ("lot_candidates", candidates),
        ("expires", label.expires.map(|date| json!(date.last_day(THIS_YEAR)))),
        ("serial", label.serial.as_ref().map(|serial| json!(serial))),
        ("quantity", label.quantity.map(|count| json!(count))),
        ("others", (!others.is_empty()).then_some(Value::Object(others))),
    ];
    told.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}
