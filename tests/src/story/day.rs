//! The four acts of the day.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;

use super::{At, Day};
use crate::harness::{CentreProcess, Member, Seen};

/// (a) Vouchers scanned while the line is there.
const ONLINE: usize = 20;
/// How often the desk looks for a check-in that comes over the centre.
const MOST_LOOKS: usize = 10;
/// (b) Of the people without any record, those whom the manager lets through.
const LET_THROUGH: usize = 3;
/// (b) People whose check-in has not reached the desk.
const UNARRIVED: usize = 50;
/// (b) People of other venues, or without any record.
const STRANGERS: usize = 20;
/// (b) Scans in all while the centre is away.
const OFFLINE_SCANS: usize = 200;
/// (c) Check-ins before the power cut.
const BEFORE_CUT: usize = 12;

impl Day<'_> {
    fn booked(&self, from: usize, count: usize) -> Result<Vec<Member>> {
        let range = from..from + count;
        Ok(self.cast.booked_here.get(range).context("the sample has too few people")?.to_vec())
    }

    /// (a) Online: checked in at the entrance, and the desk knows at once.
    pub(super) fn online(&mut self) -> Result<()> {
        self.say("(a) 本部と接続した状態で、20人を受付し、接種結果を記録します");
        self.picture(At::Entrance, "welcome")?;
        for (at, person) in self.booked(0, ONLINE)?.iter().enumerate() {
            self.check_in(At::Entrance, person)?;
            if at == 0 {
                self.picture(At::Entrance, "checked-in")?;
            }
            self.desk.wait("the check-in at the desk", Seen::is_connected)?;
            let outcome = if at % 10 == 9 { "PrescreenOnly" } else { "Vaccinated" };
            self.arrived(person)?;
            self.choose(At::Desk, person, outcome)?;
            if at == 0 {
                self.picture(At::Desk, "recorded")?;
            }
        }
        Ok(())
    }

    /// The desk scans until the check-in has come over the centre: a moment later at most.
    fn arrived(&mut self, person: &Member) -> Result<()> {
        for _ in 0..MOST_LOOKS {
            let seen = self.scan(At::Desk, person)?;
            if seen.body()["check_in"].get("Arrived").is_some() {
                return Ok(());
            }
            // The scanner takes the same code again only after its double-read window; a person would wait as well.
            self.desk.press(&json!("home"))?;
            self.desk.wait("待機", |seen| seen.screen() == "Welcome")?;
            std::thread::sleep(std::time::Duration::from_millis(1600));
        }
        bail!("the check-in of {} never reached the desk", person.number)
    }

    /// (b) The centre is away. Nobody waits for it.
    pub(super) fn line_lost(&mut self) -> Result<()> {
        self.say("(b) 本部を止めます。端末だけで200回読み取ります");
        if let Some(server) = self.server.take() {
            server.kill()?;
        }
        for kiosk in [&self.entrance, &self.desk] {
            kiosk.wait("the line's end", |seen| !seen.is_connected())?;
        }
        let begun = self.scans;
        self.unarrived()?;
        self.same_person_at_both()?;
        self.two_outcomes()?;
        self.strangers()?;
        let mut next = ONLINE + UNARRIVED + 2;
        while self.scans - begun < OFFLINE_SCANS {
            let person = self.booked(next, 1)?;
            if next.is_multiple_of(2) {
                self.check_in(At::Entrance, &person[0])?;
            } else {
                self.record(&person[0], "Vaccinated")?;
            }
            next += 1;
        }
        self.picture(At::Entrance, "offline")?;
        Ok(())
    }

    /// People whose check-in is at the entrance and not at the desk: it says so, and records.
    fn unarrived(&mut self) -> Result<()> {
        for (at, person) in self.booked(ONLINE, UNARRIVED)?.iter().enumerate() {
            self.check_in(At::Entrance, person)?;
            let seen = self.scan(At::Desk, person)?;
            ensure!(seen.body()["check_in"] == "NotArrived", "the desk says nothing of the check-in: {}", seen.0);
            if at == 0 {
                self.picture(At::Desk, "check-in-not-arrived")?;
            }
            let outcome = if at % 25 == 24 { "PrescreenOnly" } else { "Vaccinated" };
            self.choose(At::Desk, person, outcome)?;
        }
        Ok(())
    }

    /// One voucher is checked in at both kiosks.
    fn same_person_at_both(&mut self) -> Result<()> {
        let person = &self.booked(ONLINE + UNARRIVED, 1)?[0];
        self.check_in(At::Entrance, person)?;
        let seen = self.scan(At::Desk, person)?;
        ensure!(seen.body()["offers_check_in"] == true, "the desk offers no check-in: {}", seen.0);
        self.desk.press(&json!("check-in"))?;
        let seen = self.desk.wait_for("Verdict", &person.number)?;
        ensure!(seen.level() == "Proceed", "the desk can't know yet: {}", seen.0);
        self.desk.press(&json!("check-in"))?;
        self.desk.wait_for("Done", &person.number)?;
        Ok(())
    }

    /// One visit gets 接種済み at one kiosk and 予診のみ at the other.
    fn two_outcomes(&mut self) -> Result<()> {
        let person = &self.booked(ONLINE + UNARRIVED + 1, 1)?[0];
        self.check_in(At::Entrance, person)?;
        self.entrance.press(&json!("home"))?;
        self.entrance.wait("待機", |seen| seen.screen() == "Welcome")?;
        std::thread::sleep(std::time::Duration::from_millis(1600));
        let seen = self.scan(At::Entrance, person)?;
        ensure!(seen.level() == "Stop" && seen.reasons() == ["AlreadyCheckedIn"], "no double scan: {}", seen.0);
        self.picture(At::Entrance, "already-checked-in")?;
        self.entrance.press(&json!("to-outcome"))?;
        self.choose(At::Entrance, person, "Vaccinated")?;
        self.record(person, "PrescreenOnly")?;
        Ok(())
    }

    /// People of other venues or without any record: the cards know, or nobody does.
    fn strangers(&mut self) -> Result<()> {
        let elsewhere = self.cast.elsewhere.iter().take(8).cloned().map(|person| (person, "BookedElsewhere"));
        let without = self.cast.no_booking.iter().take(4).cloned().map(|person| (person, "NoBookingToday"));
        let unknown = self.cast.unknown.iter().take(8).cloned().map(|person| (person, "HistoryNotHere"));
        let strangers: Vec<(Member, &str)> = elsewhere.chain(without).chain(unknown).collect();
        ensure!(strangers.len() == STRANGERS, "the sample has too few strangers: {}", strangers.len());
        let mut shown = BTreeSet::new();
        for (person, reason) in strangers {
            let seen = self.scan(At::Entrance, &person)?;
            let right = seen.level() == "Attention" && seen.reasons().iter().any(|found| found == reason);
            ensure!(right, "{reason} was due: {}", seen.0);
            if shown.insert(reason) {
                self.picture(At::Entrance, reason)?;
            }
        }
        self.let_through()
    }

    /// People without any record are vaccinated all the same, on the manager's word and with a reason.
    fn let_through(&mut self) -> Result<()> {
        for person in self.cast.unknown.iter().take(LET_THROUGH).cloned().collect::<Vec<_>>() {
            let seen = self.scan(At::Desk, &person)?;
            ensure!(seen.body()["next"].get("GoOn").is_some(), "the manager may go on: {}", seen.0);
            self.desk.press(&json!("go-on"))?;
            self.desk.wait_for("Override", &person.number)?;
            self.desk.press(&json!({ "because": "history-seen" }))?;
            self.choose(At::Desk, &person, "Vaccinated")?;
        }
        Ok(())
    }

    /// (c) The entrance loses its power in the middle of its writes, and starts again.
    pub(super) fn power_cut(&mut self) -> Result<()> {
        self.say("(c) 記録の途中で、受付の端末の電源を切ります");
        let from = 1000;
        for person in &self.booked(from, BEFORE_CUT)? {
            self.check_in(At::Entrance, person)?;
        }
        // One more, and the cut comes without waiting for its answer.
        let last = self.booked(from + BEFORE_CUT, 1)?.remove(0);
        self.scan(At::Entrance, &last)?;
        self.entrance.press(&json!("check-in"))?;
        let log = self.folder.join("entrance.log");
        let acknowledged = self.entrance.power_cut(&log)?;
        let seen = self.entrance.wait("the last facts", |seen| !seen.recent().is_empty())?;
        let recent = seen.recent();
        let newest = acknowledged.last().context("nothing was acknowledged")?;
        // At most the one that was under way may be newer than the newest that was acknowledged.
        ensure!(recent.iter().take(2).any(|fact| *fact == newest.fact), "not shown after the restart: {newest:?}");
        self.earlier.extend(acknowledged);
        self.picture(At::Entrance, "after-power-cut")
    }

    /// (d) The centre is back, and all agree.
    pub(super) fn line_back(&mut self) -> Result<()> {
        self.say("(d) 本部が戻ります。3台の記録が一致するまで待ちます");
        self.server = Some(CentreProcess::start(&self.centre, self.port, &self.folder.join("center.log"))?);
        for kiosk in [&self.entrance, &self.desk] {
            kiosk.wait("everything sent", |seen| seen.is_connected() && seen.unsent() == 0)?;
        }
        self.desk.wait("the reviews at the desk", |seen| seen.0["status"]["reviews"] == 2)?;
        self.desk.press(&json!("open-reviews"))?;
        self.desk.wait("要確認", |seen| seen.screen() == "Reviews")?;
        self.picture(At::Desk, "reviews")
    }
}
