//! The console's first pages: today's people, and what is to be decided. Read only; signing in has its own issue.

mod lines;
mod reviews;

use std::sync::Arc;

use anyhow::Result;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde::Deserialize;
use uketsuke_domain::ids::{ProductId, VenueNumber};
use uketsuke_domain::record::DocumentKind;
use uketsuke_domain::reference::Venue;
use uketsuke_domain::time::{Day, Moment};
use uketsuke_domain::verdict::OutcomeKind;
use uketsuke_store::{PersonRow, VisitRow};

use super::Shared;
use crate::centre::Centre;
use crate::{clock, import};

/// What is asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    venue: Option<String>,
    day: Option<String>,
}

pub(super) async fn people(State(shared): State<Arc<Shared>>, Query(asked): Query<Asked>) -> Response {
    answer(tokio::task::block_in_place(|| people_page(&shared.open()?, &asked)))
}

pub(super) async fn reviews(State(shared): State<Arc<Shared>>) -> Response {
    answer(tokio::task::block_in_place(|| reviews::page(&shared.open()?)))
}

pub(super) async fn lines(State(shared): State<Arc<Shared>>) -> Response {
    answer(tokio::task::block_in_place(|| lines::page(&shared.open()?, &shared.lines())))
}

fn answer(page: Result<Markup>) -> Response {
    match page {
        Ok(page) => Html(page.into_string()).into_response(),
        Err(why) => {
            log::error!("a page could not be made: {why:#}");
            let text = "データを読み込めませんでした。しばらくしてから、もう一度お試しください。";
            (StatusCode::INTERNAL_SERVER_ERROR, text).into_response()
        }
    }
}

const STYLE: &str = include_str!("console.css");

/// How much is to be decided: reviews, and slots with too many people.
fn due(centre: &Centre) -> Result<usize> {
    Ok(centre.store.review_count()? + reviews::overbooked(centre)?.len())
}

fn page(title: &str, centre: &Centre, reviews: usize, body: &Markup) -> Markup {
    let name = centre.store.settings().map(|settings| settings.name.clone()).unwrap_or_default();
    html! {
        (DOCTYPE)
        html lang="ja" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                meta http-equiv="refresh" content="10";
                title { (title) "｜受付" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    strong { "受付" } span { (name) "　管理画面" }
                    nav {
                        a href="/" { "本日の来場者" }
                        a href="/reviews" class=[(reviews > 0).then_some("due")] { "要確認 " (reviews) "件" }
                        a href="/lines" { "端末と同期" }
                    }
                    span .clock { (time(clock::now())) " 現在" }
                }
                main { (body) }
            }
        }
    }
}

fn people_page(centre: &Centre, asked: &Asked) -> Result<Markup> {
    let mut venues: Vec<Venue> = import::decode_all(centre, DocumentKind::Venue)?;
    venues.sort_by(|a, b| a.number.cmp(&b.number));
    let day = asked.day.as_deref().and_then(Day::parse).unwrap_or(Day(clock::now().day()));
    let chosen = venues.iter().find(|venue| asked.venue.as_deref() == Some(venue.number.as_str()));
    let Some(venue) = chosen.or(venues.first()).cloned() else {
        let body = html! { p .empty { "会場が登録されていません。会場のCSVを取り込んでください。" } };
        return Ok(page("来場者", centre, due(centre)?, &body));
    };
    let visits = centre.store.visits(&venue.number, day)?;
    let body = html! {
        form .filter {
            label { "会場 " select name="venue" onchange="this.form.submit()" {
                @for other in &venues {
                    option value=(other.number) selected[other.number == venue.number] { (other.number) " " (other.name) }
                }
            } }
            label { "日付 " input type="date" name="day" value=(day) onchange="this.form.submit()"; }
        }
        (counts(&visits))
        @let full = centre.store.overbooked(&venue.number, day)?.len();
        @if full > 0 { p .alarm { "定員を超えた予約枠が" (full) "件あります。" a href="/reviews" { "要確認で見る" } } }
        (visit_table(centre, &visits, &venue.number))
    };
    let title = if day.0 == clock::now().day() {
        "本日の来場者".to_owned()
    } else {
        format!("来場者（{}）", date(day))
    };
    Ok(page(&title, centre, due(centre)?, &body))
}

fn counts(visits: &[VisitRow]) -> Markup {
    let count = |is: &dyn Fn(&VisitRow) -> bool| visits.iter().filter(|visit| is(visit)).count();
    let outcome = |kind| move |visit: &VisitRow| visit.outcome.is_some_and(|(outcome, _)| outcome == kind);
    let cells = [
        ("予約", count(&|visit| !visit.cancelled && visit.start_minute.is_some()), ""),
        ("受付済み", count(&|visit| visit.checked_in.is_some()), "act"),
        ("接種済み", count(&outcome(OutcomeKind::Vaccinated)), "ok"),
        ("予診のみ", count(&outcome(OutcomeKind::PrescreenOnly)), "warn"),
        ("会場内", count(&|visit| visit.checked_in.is_some() && visit.outcome.is_none()), ""),
    ];
    html! {
        section .counts {
            @for (label, count, class) in cells { div class=(class) { span { (label) } b { (count) } "人" } }
        }
    }
}

fn visit_table(centre: &Centre, visits: &[VisitRow], venue: &VenueNumber) -> Markup {
    if visits.is_empty() {
        return html! { p .empty { "この日の予約はありません（会場 " (venue) "）。" } };
    }
    html! {
        table {
            thead { tr { th { "時刻" } th { "氏名" } th { "生年月日" } th { "券番号" } th { "ワクチン" } th { "回" } th { "受付" } th { "接種結果" } } }
            tbody {
                @for visit in visits {
                    tr class=[visit.cancelled.then_some("cancelled")] {
                        td { (visit.start_minute.map_or_else(|| "予約なし".to_owned(), minutes)) }
                        (person_cells(visit.person.as_ref()))
                        td { (product(centre, visit.product.as_deref())) }
                        td { (visit.dose.map(|dose| format!("{dose}回目")).unwrap_or_default()) }
                        td { (check_in_text(visit)) }
                        td class=(outcome_class(visit)) { (outcome_text(visit)) }
                    }
                }
            }
        }
    }
}

fn person_cells(person: Option<&PersonRow>) -> Markup {
    let Some(person) = person else { return html! { td colspan="3" { "記録が未着の方" } } };
    html! {
        td { @if let Some(name) = &person.name { (name) } @else { span .soft { "氏名の登録なし" } }
             @if let Some(kana) = &person.kana { small { (kana) } } }
        td { (person.birth.map(date).unwrap_or_default()) }
        td .number { (person.voucher.municipality) " " (person.voucher.number) }
    }
}

fn check_in_text(visit: &VisitRow) -> String {
    match (visit.checked_in, visit.cancelled) {
        (Some(at), _) => time(at),
        (None, true) => "キャンセル".to_owned(),
        (None, false) => String::new(),
    }
}

fn outcome_text(visit: &VisitRow) -> String {
    let Some((kind, at)) = visit.outcome else { return String::new() };
    let word = outcome_word(kind);
    let note = if visit.unsettled { "（要確認）" } else { "" };
    format!("{word} {}{note}", time(at))
}

fn outcome_class(visit: &VisitRow) -> &'static str {
    match visit.outcome {
        _ if visit.unsettled => "no",
        Some((OutcomeKind::Vaccinated, _)) => "ok",
        Some((OutcomeKind::PrescreenOnly, _)) => "warn",
        None => "",
    }
}

fn outcome_word(kind: OutcomeKind) -> &'static str {
    match kind {
        OutcomeKind::Vaccinated => "接種済み",
        OutcomeKind::PrescreenOnly => "予診のみ",
    }
}

fn product(centre: &Centre, id: Option<&str>) -> String {
    let Some(id) = id else { return String::new() };
    centre.store.settings().map_or_else(|| id.to_owned(), |settings| settings.product_name(&ProductId(id.to_owned())))
}

fn minutes(minutes: u16) -> String {
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

fn time(at: Moment) -> String {
    let time = at.time_of_day();
    format!("{}:{:02}", time.hour(), time.minute())
}

fn date(day: Day) -> String {
    format!("{}年{}月{}日", day.0.year(), day.0.month(), day.0.day())
}
