//! What people do at a kiosk, step by step.

use anyhow::{Result, ensure};
use serde_json::json;

use super::{At, Day};
use crate::harness::{KioskProcess, Member, Seen};

impl Day<'_> {
    pub(super) fn kiosk(&mut self, at: At) -> &mut KioskProcess {
        match at {
            At::Entrance => &mut self.entrance,
            At::Desk => &mut self.desk,
        }
    }

    pub(super) fn say(&mut self, text: &str) {
        (self.tell)(text);
    }

    /// Saves the screen under the day's next number.
    pub(super) fn picture(&mut self, at: At, name: &str) -> Result<()> {
        self.pictures += 1;
        let station = if at == At::Entrance { "entrance" } else { "desk" };
        let path = self.folder.join(format!("{:02}-{station}-{name}.png", self.pictures));
        self.kiosk(at).frame(&path)
    }

    /// Holds a voucher under the scanner and waits for the person's screen.
    pub(super) fn scan(&mut self, at: At, person: &Member) -> Result<Seen> {
        self.scans += 1;
        let kiosk = self.kiosk(at);
        kiosk.scan(&person.code18)?;
        let number = person.number.clone();
        kiosk.wait(&format!("the screen of {number}"), |seen| {
            seen.number() == number && matches!(seen.screen(), "Verdict" | "Outcome")
        })
    }

    /// The usual check-in: one scan, one press.
    pub(super) fn check_in(&mut self, at: At, person: &Member) -> Result<()> {
        let seen = self.scan(at, person)?;
        ensure!(seen.screen() == "Verdict" && seen.level() == "Proceed", "no check-in: {}", seen.0);
        self.kiosk(at).press(&json!("check-in"))?;
        self.kiosk(at).wait_for("Done", &person.number)?;
        Ok(())
    }

    /// An outcome on the desk's screen: choose, read back, record.
    pub(super) fn choose(&mut self, at: At, person: &Member, outcome: &str) -> Result<()> {
        let kiosk = self.kiosk(at);
        kiosk.wait_for("Outcome", &person.number)?;
        kiosk.press(&json!({ "choose": outcome }))?;
        let seen = kiosk.wait("the read-back", |seen| matches!(seen.screen(), "ReadBack" | "Board"))?;
        if seen.screen() == "Board" {
            set_board(kiosk, &seen)?;
            kiosk.wait_for("Outcome", &person.number)?;
            kiosk.press(&json!({ "choose": outcome }))?;
        }
        kiosk.wait_for("ReadBack", &person.number)?;
        kiosk.press(&json!("confirm"))?;
        kiosk.wait_for("Done", &person.number)?;
        Ok(())
    }

    /// Scan and outcome at the desk.
    pub(super) fn record(&mut self, person: &Member, outcome: &str) -> Result<Seen> {
        let seen = self.scan(At::Desk, person)?;
        ensure!(seen.screen() == "Outcome", "the desk was stopped: {}", seen.0);
        self.choose(At::Desk, person, outcome)?;
        Ok(seen)
    }
}

/// The first doctor, and the first lot that may be used.
fn set_board(kiosk: &mut KioskProcess, seen: &Seen) -> Result<()> {
    let lots = seen.body()["lots"].as_array().cloned().unwrap_or_default();
    let lot = lots.iter().position(|lot| lot["enabled"] == true);
    kiosk.press(&json!({ "pick-doctor": 0 }))?;
    kiosk.press(&json!({ "pick-lot": lot }))?;
    kiosk.wait("a board that is set", |seen| {
        let chosen =
            |list: &str| seen.body()[list].as_array().is_some_and(|all| all.iter().any(|c| c["chosen"] == true));
        seen.screen() == "Board" && chosen("doctors") && chosen("lots")
    })?;
    kiosk.press(&json!("confirm"))
}
