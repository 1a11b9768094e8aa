//! 端末と同期: which kiosk is connected and has what, and what went wrong between devices.

use std::collections::BTreeMap;

use anyhow::Result;
use maud::{Markup, html};
use uketsuke_domain::log::{Digest32, IncidentKind, Storage, Topic};
use uketsuke_domain::time::Moment;
use uketsuke_replica::hub::LineStatus;
use uketsuke_store::{IncidentRow, Restored};

use super::due;
use crate::centre::Centre;
use crate::devices::{self, Known};

/// A clock that is off by more than this is told, in milliseconds.
const CLOCK_OFF_MS: u64 = 5_000;
/// Incidents on the page at most.
const MOST: usize = 100;

/// The page; `lines` are the conversations as the endpoint last saw them.
pub(super) fn page(centre: &Centre, lines: &[LineStatus]) -> Result<Markup> {
    let devices = devices::all(centre)?;
    let body = html! {
        h1 { "端末と同期" }
        (device_table(centre, &devices, lines)?)
        (trouble(centre, &devices)?)
    };
    Ok(super::page("端末と同期", centre, due(centre)?, &body))
}

fn device_table(centre: &Centre, devices: &[Known], lines: &[LineStatus]) -> Result<Markup> {
    if devices.is_empty() {
        return Ok(
            html! { p .empty { "端末が登録されていません。" code { "uketsuke-center enrol" } " で登録してください。" } },
        );
    }
    let mut rows = Vec::new();
    for known in devices {
        let line = lines.iter().find(|line| line.peer == known.key && line.open);
        rows.push((known, line, lacking(centre, known)?));
    }
    Ok(html! {
        table {
            thead { tr { th { "端末" } th { "会場" } th { "状態" } th { "端末に届いていない記録" } th { "時計" } th { "公開鍵" } } }
            tbody {
                @for (known, line, lacking) in rows {
                    tr class=[known.revoked.is_some().then_some("cancelled")] {
                        td { (known.device.name) small { (station(&known.device.station)) } }
                        td { (known.device.venue) }
                        (state(known, line))
                        td { @if lacking == 0 { "なし" } @else { (lacking) " 件" } }
                        td { (line.map(clock).unwrap_or_default()) }
                        td .number { (short(&known.key)) }
                    }
                }
            }
        }
    })
}

fn station(name: &str) -> &str {
    match name {
        "entrance-self" => "受付（来場者用）",
        "entrance-staffed" => "受付",
        "certificate-desk" => "接種済証窓口",
        "manager" => "会場責任者",
        other => other,
    }
}

fn state(known: &Known, line: Option<&LineStatus>) -> Markup {
    match (&known.revoked, line) {
        (Some(because), _) => html! { td .no { "失効（" (because) "）" } },
        (None, Some(_)) => html! { td .ok { "接続中" } },
        (None, None) => html! { td .warn { "未接続" } },
    }
}

/// Entries of the device's topics that it was not yet heard to hold.
fn lacking(centre: &Centre, known: &Known) -> Result<u64> {
    let mut lacking = 0;
    for topic in [centre.municipality_topic(), Topic::venue(centre.municipality, &known.device.venue)] {
        let held: BTreeMap<_, u64> = centre.store.confirmed(&known.key, &topic)?.into_iter().collect();
        for (origin, tip) in Storage::vector(&centre.store, &topic)? {
            lacking += tip.number.saturating_sub(held.get(&origin).copied().unwrap_or_default());
        }
    }
    Ok(lacking)
}

fn clock(line: &LineStatus) -> String {
    if line.clock_off_ms.unsigned_abs() < CLOCK_OFF_MS {
        return "合っています".to_owned();
    }
    let seconds = line.clock_off_ms.unsigned_abs() / 1000;
    let way = if line.clock_off_ms > 0 { "進んでいます" } else { "遅れています" };
    match seconds {
        0..120 => format!("{seconds}秒{way}"),
        120..7200 => format!("{}分{way}", seconds / 60),
        7200..172_800 => format!("{}時間{way}", seconds / 3600),
        _ => format!("{}日{way}", seconds / 86_400),
    }
}

fn trouble(centre: &Centre, devices: &[Known]) -> Result<Markup> {
    let name = |key: &[u8; 32]| {
        let known = devices.iter().find(|known| known.key == *key);
        known.map_or_else(|| short(key), |known| known.device.name.clone())
    };
    let incidents = centre.store.incidents()?;
    let restored = centre.store.restored()?;
    let states = centre.store.body_states()?;
    let held = states.held + states.waiting;
    Ok(html! {
        h1 { "同期で起きたこと" }
        @if incidents.is_empty() && restored.is_empty() && held == 0 { p .empty { "問題は起きていません。" } }
        @for row in incidents.iter().take(MOST) { (incident(row, &name(&row.who))) }
        @for row in &restored {
            article .review {
                h2 { (restored_title(row.how)) }
                p { "端末：" (name(&row.key)) "　" (place(&row.topic)) }
                p { (restored_advice(row.how)) }
            }
        }
        @if held > 0 {
            article .review {
                h2 { "反映していない記録があります" }
                p { (held) " 件（保存してあります）。新しい版のソフトウェアで書かれた記録、失効した端末の記録などです。" }
            }
        }
    })
}

fn incident(row: &IncidentRow, who: &str) -> Markup {
    let (title, advice) = words(row.kind);
    html! {
        article .review .urgent[is_urgent(row.kind)] {
            h2 { (title) }
            p { "端末：" (who) @if !row.topic.is_empty() { "　" (place(&row.topic)) } "　"
                (row.times) "回（" (moment(row.first)) " 〜 " (moment(row.last)) "）" }
            p { (advice) }
            p .soft { (row.detail) }
        }
    }
}

fn is_urgent(kind: IncidentKind) -> bool {
    matches!(kind, IncidentKind::BadEntry | IncidentKind::Forked | IncidentKind::Copied)
}

/// What happened, and what to do about it.
fn words(kind: IncidentKind) -> (&'static str, &'static str) {
    match kind {
        IncidentKind::BadEntry => (
            "署名の合わない記録が届きました",
            "記録は取り込んでいません。送ってきた端末が改造されていないか、確認してください。",
        ),
        IncidentKind::Forked => (
            "同じ番号の記録が2通りあります（端末の複製の疑い）",
            "先に届いた記録だけを使い、もう一方も証拠として保存しています。端末を確認し、必要なら失効してください。",
        ),
        IncidentKind::Flood => (
            "異常な量の通信がありました",
            "その端末との通信だけを一時的に止めました。続くときは、端末を点検してください。",
        ),
        IncidentKind::Misbehaviour => (
            "正しくない通信がありました",
            "その端末との通信だけを一時的に止めました。ソフトウェアの版を確認してください。",
        ),
        IncidentKind::NotEnrolled => (
            "登録されていない端末、または失効した端末が接続しようとしました",
            "接続は断りました。心当たりがないときは、会場のネットワークを確認してください。",
        ),
        IncidentKind::ClockOff => {
            ("時計が合っていない端末があります", "記録はそのまま受け取っています。端末の日付と時刻を確認してください。")
        }
        IncidentKind::Gap => {
            ("あるはずの記録が届いていません", "持っている端末が接続すると届きます。USBメモリで運ぶこともできます。")
        }
        IncidentKind::Copied => (
            "1台分の鍵を2台が同時に使っています（SDカードの複製の疑い）",
            "どちらの記録も失われていません。使っていない方の端末を止め、登録し直してください。",
        ),
    }
}

fn restored_title(how: Restored) -> &'static str {
    match how {
        Restored::PutBack => "端末が以前の状態に戻されました",
        Restored::Copied => "端末の記憶媒体が複製された可能性があります",
    }
}

fn restored_advice(how: Restored) -> &'static str {
    match how {
        Restored::PutBack => {
            "戻される前に送られた記録は残っています。送られていなかった記録がないか、紙の控えと照らし合わせてください。"
        }
        Restored::Copied => "どちらの記録も失われていません。心当たりがないときは、端末を失効してください。",
    }
}

/// A topic, as people call it.
fn place(topic: &str) -> String {
    match topic.split('/').collect::<Vec<_>>().as_slice() {
        ["venue", _, venue] => format!("会場 {venue}"),
        ["municipality", _] => "自治体の共通データ".to_owned(),
        _ => topic.to_owned(),
    }
}

fn short(key: &[u8; 32]) -> String {
    Digest32(*key).to_string().chars().take(12).collect()
}

/// When something happened: in Japan.
fn moment(at: Moment) -> String {
    let (day, time) = (at.day(), at.time_of_day());
    format!("{}月{}日 {}:{:02}", day.month(), day.day(), time.hour(), time.minute())
}
