//! Every kind: what a clerk may write is read, and what is written is read back.

use jiff::civil::datetime;
use uketsuke_domain::ids::{BookingNumber, LotNumber, ProductId};
use uketsuke_domain::reference::{Account, Audience, Doctor, DoseTarget, Lot, Role, Slot, Venue, Visibility};
use uketsuke_domain::screen::Station;

use super::*;
use crate::csvs::{CsvRow, Parsed, Profile, Refusal, parse, write};

fn products(name: &str) -> Option<ProductId> {
    match name {
        "comirnaty" | "ファイザー" => Some(ProductId::from("comirnaty")),
        _ => None,
    }
}

fn read<R: CsvRow>(text: &str) -> Parsed<R> {
    parse(text.as_bytes(), &products).unwrap()
}

/// The only row of a file, after it was written and read once more.
fn only<R: CsvRow + PartialEq + std::fmt::Debug>(text: &str) -> R {
    let mut parsed = read::<R>(text);
    assert_eq!(parsed.report.refused, []);
    let row = parsed.rows.remove(0).row;
    let mut bytes = Vec::new();
    assert_eq!(write([&row], Profile::default(), &mut bytes).unwrap(), []);
    let mut again: Parsed<R> = parse(&bytes, &products).unwrap();
    assert_eq!(again.report.refused, []);
    assert_eq!(again.rows.remove(0).row, row);
    row
}

/// The column and reason for which the only row is refused.
fn refusal<R: CsvRow>(text: &str) -> (String, Refusal) {
    let mut parsed = read::<R>(text);
    assert_eq!((parsed.rows.len(), parsed.report.refused.len()), (0, 1));
    let refused = parsed.report.refused.remove(0);
    (refused.column, refused.reason)
}

#[test]
fn places_and_people() {
    let venue: Venue = only("会場番号,会場名,エリア,種別,公開設定\n００１,東部公民館,東部,集団,非公開\n");
    assert_eq!((venue.number.as_str(), venue.mass, venue.public), ("001", true, false));
    let account: Account = only("職員コード,名前,権限,担当会場\nM01,見本 花子,会場責任者,001 ; 002\n");
    assert_eq!((account.role, account.venues.len()), (Role::VenueManager, 2));
    let doctor: Doctor = only("医師番号,医師名,担当会場\nD1,=見本,\n");
    assert_eq!((doctor.name.as_str(), doctor.venues.len()), ("=見本", 0));
    let lot: Lot = only("ワクチン,ロット番号,有効期限,会場番号\nﾌｧｲｻﾞｰ,EP2163,2021/9/30,\n");
    assert_eq!((lot.product.as_str(), lot.number.as_str()), ("comirnaty", "EP2163"));
    let key = "0f".repeat(32);
    let device: DeviceRow = only(&format!("端末名,公開鍵,会場番号,受付種別\n受付1,{key},001,entrance-staffed\n"));
    assert_eq!((device.public_key, device.station), ([0x0f; 32], Station::EntranceStaffed));
}

#[test]
fn wrong_words_are_answered_with_the_right_ones() {
    let (column, reason) = refusal::<Account>("職員コード,名前,権限,担当会場\nM01,見本,店長,\n");
    assert_eq!(column, "権限");
    assert_eq!(reason.to_string(), "「店長」は使えません。使える値: 管理者、コールセンター一般、会場責任者、会場一般");
    let (column, reason) = refusal::<Lot>("ワクチン,ロット番号,有効期限,会場番号\nアスピリン,EP2163,,\n");
    assert_eq!(
        (column.as_str(), reason.to_string().as_str()),
        ("ワクチン", "「アスピリン」というワクチンは登録されていません")
    );
}

const SLOTS: &str = "予約枠名,会場番号,ワクチン,予約開始年,予約開始月,予約開始日,予約開始時間,予約開始分,予約終了時間,予約終了分,予約数";

#[test]
fn a_slot_without_a_number_gets_one_and_may_not_stand_twice() {
    let row = "午前,001,ファイザー,2021,6,7,9,5,9,20,30\n";
    let slot: Slot = only(&format!("{SLOTS}\n{row}"));
    assert_eq!(slot.id.as_str(), "001-20210607-0905-comirnaty");
    assert_eq!((slot.start_minute, slot.end_minute, slot.capacity), (545, 560, 30));
    let twice = read::<Slot>(&format!("{SLOTS}\n{row}{row}"));
    assert_eq!(twice.report.accepted, 1);
    assert_eq!(twice.report.refused[0].reason, Refusal::Duplicate { line: 2 });
    let own: Slot = only(&format!("{SLOTS},予約枠番号\n午前,001,ファイザー,2021,6,7,23,0,24,0,30,S-9\n"));
    assert_eq!((own.id.as_str(), own.end_minute), ("S-9", 1440));
}

#[test]
fn slots_that_no_day_has_are_refused() {
    let cases = [
        ("2021,2,29,9,0,9,15,30", "予約開始日", Refusal::NoSuchDay { found: "2021-2-29".to_owned() }),
        ("2021,6,7,9,15,9,15,30", "予約終了時間", Refusal::EndsBeforeStart),
        ("2021,6,7,9,60,10,0,30", "予約開始分", Refusal::OutOfRange { found: "60".to_owned(), least: 0, most: 59 }),
        (
            "2021,6,7,23,0,24,1,30",
            "予約終了時間",
            Refusal::OutOfRange { found: "24:01".to_owned(), least: 0, most: 24 },
        ),
        ("2021,6,7,9,0,9,15,70000", "予約数", Refusal::OutOfRange { found: "70000".to_owned(), least: 0, most: 65535 }),
        ("21,6,7,9,0,9,15,1", "予約開始年", Refusal::OutOfRange { found: "21".to_owned(), least: 1900, most: 2100 }),
    ];
    for (row, column, reason) in cases {
        assert_eq!(refusal::<Slot>(&format!("{SLOTS}\n午前,001,ファイザー,{row}\n")), (column.to_owned(), reason));
    }
    let (column, reason) = refusal::<Slot>(&format!("{SLOTS}\n,001,ファイザー,2021,6,7,9,0,9,15,30\n"));
    assert_eq!((column.as_str(), reason), ("予約枠名", Refusal::Empty));
}

#[test]
fn slots_have_conditions() {
    let header = format!("{SLOTS},区分,対象接種回数,接種間隔,年齢下限,年齢上限,公開設定,当日枠,セット予約枠番号");
    let hours = "午前,001,ファイザー,2022,6,7,9,0,9,15,30";
    let third: Slot = only(&format!("{header}\n{hours},,3,6,65,,非公開,あり,\n"));
    let conditions = third.conditions.unwrap();
    assert_eq!((conditions.doses, conditions.months, conditions.min_age), (DoseTarget::Third, Some(6), Some(65)));
    assert_eq!((third.visibility, third.same_day, third.pair), (Some(Visibility::StaffOnly), true, None));
    let child: Slot = only(&format!("{header}\n{hours},小児用,1-2,,5,11,,,B-2\n"));
    assert_eq!(child.conditions.unwrap().audience, Audience::Child);
    assert_eq!((child.visibility, child.same_day, child.pair), (None, false, Some("B-2".into())));
    let plain: Slot = only(&format!("{header}\n{hours},,,,,,,,\n"));
    assert_eq!(plain.conditions, None, "nothing said, nobody refused");
    let (column, _) = refusal::<Slot>(&format!("{header}\n{hours},,5,6,,,,,\n"));
    assert_eq!(column, "対象接種回数");
}

#[test]
fn vouchers_and_residents() {
    let voucher: VoucherRow =
        only("自治体番号,接種券番号,生年月日,クーポン,接種対象区分\n132080,0000000001,1950/1/2,なし,\n");
    assert_eq!((voucher.voucher.number.as_str(), voucher.coupon, voucher.class), ("0000000001", false, None));
    let nameless: ResidentRow = only("自治体番号,接種券番号,生年月日\n132080,1111111113,19500102\n");
    assert_eq!((&nameless.family, &nameless.address), (&None, &None));
    let of_an_era: ResidentRow = only("自治体番号,接種券番号,生年月日\n132080,1111111113,昭和25年1月2日\n");
    assert_eq!(of_an_era, nameless);
    let (column, reason) = refusal::<ResidentRow>("自治体番号,接種券番号,生年月日\n132080,1111111113,S64.1.8\n");
    let other = Refusal::OtherEra { found: "S64.1.8".to_owned(), belongs: "平成元年1月8日".to_owned() };
    assert_eq!((column.as_str(), reason), ("生年月日", other));
    let named: ResidentRow = only(
        "自治体番号,接種券番号,生年月日,姓,名,セイ,電話番号\n132080,1111111113,19500102,髙﨑,ﾊﾅ,ﾀｶｻｷ,090-0000-0001\n",
    );
    assert_eq!((named.family.as_deref(), named.family_kana.as_deref()), (Some("髙﨑"), Some("ﾀｶｻｷ")));
}

#[test]
fn bookings_and_earlier_doses() {
    let header = "予約番号,自治体番号,接種券番号,予約枠番号,接種回数,予約状況,最終更新者,最終更新日時";
    let row: BookingRow = only(&format!("{header}\nR1,132080,1111111113,S-1,2,キャンセル済み,C01,2021/6/1 8:05\n"));
    assert_eq!((row.dose, row.cancelled), (2, true));
    assert_eq!(row.updated_at, Some(Moment::in_japan(datetime(2021, 6, 1, 8, 5, 0, 0))));
    let (column, reason) = refusal::<BookingRow>(&format!("{header}\n1.1E+11,132080,1111111113,S-1,1,予約中,,\n"));
    assert_eq!((column.as_str(), reason), ("予約番号", Refusal::Exponent { found: "1.1E+11".to_owned() }));
    let header = "自治体番号,接種券番号,接種回数,接種日,ワクチン,ロット番号,会場名,医師名";
    let dose: DoseRow = only(&format!("{header}\n132080,1111111113,1,2021-05-10,ファイザー,,,\n"));
    assert_eq!((dose.lot, dose.venue_name), (None, None));
    let (column, _) = refusal::<DoseRow>(&format!("{header}\n132080,1111111113,10,2021-05-10,ファイザー,,,\n"));
    assert_eq!(column, "接種回数");
}

#[test]
fn outcomes_on_paper() {
    let header =
        "自治体番号,接種券番号,会場番号,接種結果,接種回数,接種日時,ワクチン,ロット番号,医師番号,ブース,記入者,予約番号";
    let row = |rest: &str| format!("{header}\n132080,1111111113,001,{rest}\n");
    let given: PaperRow = only(&row("接種済み,1,2021-06-07 10:05,ファイザー,EP2163,D1,3,M01,R1"));
    let outcome = PaperOutcome::Vaccinated { product: ProductId::from("comirnaty"), lot: LotNumber::from("EP2163") };
    assert_eq!((given.outcome, given.booking), (outcome, Some(BookingNumber::from("R1"))));
    let declined: PaperRow = only(&row("予診のみ,1,2021-06-07 10:05,,,D1,,M01,"));
    assert_eq!((declined.outcome, declined.booth), (PaperOutcome::PrescreenOnly, None));
    let (column, reason) = refusal::<PaperRow>(&row("接種済み,1,2021-06-07 10:05,ファイザー,,D1,,M01,"));
    assert_eq!((column.as_str(), reason), ("ロット番号", Refusal::Empty));
    let (column, reason) = refusal::<PaperRow>(&row("接種済み,1,2021-06-07 10:05,ファイザー,EP/1,D1,,M01,"));
    assert_eq!((column.as_str(), reason), ("ロット番号", Refusal::NotALot { found: "EP/1".to_owned() }));
}
