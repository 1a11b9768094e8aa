//! 要確認: what is to be decided, in one person's record, and among the people of one slot.

use std::collections::BTreeSet;

use anyhow::Result;
use maud::{Markup, html};
use uketsuke_domain::booking::Overbooked;
use uketsuke_domain::facts::FactKind;
use uketsuke_domain::record::{DocumentKind, field};
use uketsuke_domain::reference::Slot;
use uketsuke_domain::review::ReviewKind;
use uketsuke_domain::time::Day;
use uketsuke_store::OpenReview;

use super::{date, minutes, time};
use crate::centre::Centre;
use crate::{clock, import};

/// Reviews on one page at most.
const MOST: u32 = 200;

/// The page.
pub(super) fn page(centre: &Centre) -> Result<Markup> {
    let (reviews, count) = (centre.store.reviews(MOST)?, centre.store.review_count()?);
    let slots = overbooked(centre)?;
    let body = html! {
        h1 { "要確認" }
        @if reviews.is_empty() && slots.is_empty() { p .empty { "確認が必要な記録はありません。" } }
        @for open in &reviews { (review_card(open)) }
        @if count > reviews.len() { p .empty { "ほか " (count - reviews.len()) " 件" } }
        @for (slot, overbooked) in &slots { (slot_card(slot, overbooked)) }
    };
    Ok(super::page("要確認", centre, count + slots.len(), &body))
}

/// The slots of today and later that are too full: in those that are over nobody can be moved any more.
pub(super) fn overbooked(centre: &Centre) -> Result<Vec<(Slot, Overbooked)>> {
    let today = Day(clock::now().day());
    let slots: Vec<Slot> = import::decode_all(centre, DocumentKind::SlotDay)?;
    let days: BTreeSet<_> = slots.iter().filter(|slot| slot.day >= today).map(|slot| (slot.day, &slot.venue)).collect();
    let mut found = Vec::new();
    for (day, venue) in days {
        found.extend(centre.store.overbooked(venue, day)?);
    }
    Ok(found)
}

fn slot_card(slot: &Slot, overbooked: &Overbooked) -> Markup {
    let late: BTreeSet<_> = overbooked.beyond().map(|seat| &seat.number).collect();
    html! {
        article .review {
            h2 { (title(ReviewKind::Overbooked)) }
            p { (date(slot.day)) " " (minutes(slot.start_minute)) "〜" (minutes(slot.end_minute)) "　会場 " (slot.venue) "　" (slot.name)
                "　定員 " (overbooked.capacity) "人、予約 " (overbooked.seats.len()) "人" }
            table {
                thead { tr { th { "予約した順" } th { "予約番号" } th { "券番号" } th { "予約した日時" } th { "" } } }
                tbody {
                    @for (place, seat) in overbooked.seats.iter().enumerate() {
                        tr {
                            td { (place + 1) }
                            td .number { (seat.number) }
                            td .number { (seat.voucher.municipality) " " (seat.voucher.number) }
                            td { (date(Day(seat.since.day()))) " " (time(seat.since)) }
                            td class=[late.contains(&seat.number).then_some("warn")] {
                                @if late.contains(&seat.number) { "定員を超えた予約" }
                                @else if seat.knowingly { "承知のうえで追加" }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn review_card(open: &OpenReview) -> Markup {
    let OpenReview { person, review, .. } = open;
    html! {
        article class=(if review.kind.is_urgent() { "review urgent" } else { "review" }) {
            h2 { (title(review.kind)) @if review.kind.is_urgent() { span .badge { "急ぎ" } } }
            p { @if let Some(person) = person {
                (person.name.as_deref().unwrap_or("氏名の登録なし")) "　" (person.birth.map(date).unwrap_or_default()) "生　"
                span .number { (person.voucher.municipality) " " (person.voucher.number) }
            } }
            div .sides {
                @for side in &review.sides {
                    div {
                        b { (fact_word(side.kind)) @if let Some(dose) = side.dose { " " (dose) "回目" } }
                        span { (date(Day(side.happened_at.day()))) " " (time(side.happened_at)) }
                        span { (side.place.venue) " " (side.place.station) "　" (side.staff) }
                    }
                }
                @if let Some((field, values)) = &review.field {
                    @for value in values { div { b { (field_word(field)) } span { (value) } } }
                }
            }
        }
    }
}

fn field_word(name: &str) -> &str {
    match name {
        field::VOUCHER => "接種券",
        field::BIRTH => "生年月日",
        field::NAME => "氏名（漢字）",
        field::KANA => "氏名（カナ）",
        field::COUPON => "クーポン",
        field::CLASS => "接種対象区分",
        field::DELETED => "接種券の削除",
        other => other,
    }
}

fn title(kind: ReviewKind) -> &'static str {
    match kind {
        ReviewKind::OutcomeConflict => "同じ来場に「接種済み」と「予診のみ」があります",
        ReviewKind::DoubleVaccination => "接種の記録が重なっています",
        ReviewKind::DoseOrder => "接種の回数と日付の順序が合いません",
        ReviewKind::DoubleCheckIn => "受付が2回記録されています",
        ReviewKind::LeftButTreated => "「帰宅（未接種）」と接種結果の両方があります",
        ReviewKind::HalfTransfer => "取り違えの訂正が、片方の方の記録にしか届いていません",
        ReviewKind::NoShowButCame => "「キャンセル（来場なし）」とされた方が来場しました",
        ReviewKind::MovedButCame => "予約変更の前の会場または日に来場しました",
        ReviewKind::InvalidButCame => "無効の接種券、または再発行前の接種券で来場しました",
        ReviewKind::ErasedButCame => "消去した方の受付または接種結果が、あとから届きました",
        ReviewKind::RivalPlacements => "一つの予約に、会場や日時が二つあります",
        ReviewKind::RivalBookings => "同じ回の予約が二つあります",
        ReviewKind::PairedDoseWaits => "セット予約の1回目が未接種で、2回目の予約が残っています",
        ReviewKind::CertificateRecall => "発行した控えの内容が変わりました。控えの回収が必要です",
        ReviewKind::Overbooked => "予約が予約枠の定員を超えています",
        ReviewKind::CancelledButCame => "キャンセルされた予約の方が来場しています",
        ReviewKind::RivalCorrections => "1つの記録に2つの訂正があります",
        ReviewKind::RivalResolutions => "異なる判断が2つあります",
        ReviewKind::DanglingCorrection => "訂正された元の記録が届いていません",
        ReviewKind::PersonalData => "住民情報に2つの値があります",
    }
}

fn fact_word(kind: FactKind) -> &'static str {
    match kind {
        FactKind::CheckedIn => "受付",
        FactKind::Vaccinated => "接種済み",
        FactKind::PrescreenOnly => "予診のみ",
        FactKind::Cancelled => "キャンセル",
        FactKind::Booked => "予約",
        FactKind::Moved => "予約変更",
        FactKind::Reinstated => "キャンセルの取消",
        FactKind::NoShow => "キャンセル（来場なし）",
        FactKind::LeftBefore => "帰宅（未接種）",
        FactKind::VisitReopened => "受付の再開",
        FactKind::Misfiled => "別の方の記録へ移動",
        FactKind::Filed => "別の方の記録から移動",
        FactKind::CertificateIssued => "接種済証（控え）の発行",
        FactKind::VoucherReplaced => "接種券の再発行",
        FactKind::Corrected => "訂正",
        FactKind::Resolved => "判断",
        _ => "記録",
    }
}
