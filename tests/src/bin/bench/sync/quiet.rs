//! A line on which nothing is to be sent: what a reconnect costs, and a minute.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::filling::filled;
use super::linked::{Linked, runtime};
use super::place::{Opened, Place};
use crate::report::{Case, Report, mean};

const PATIENCE: Duration = Duration::from_secs(30);
const QUIET: Duration = Duration::from_mins(1);

pub(super) fn measure(place: &Place, report: &mut Report) -> Result<()> {
    let kiosk = Opened::new(&place.copy(&filled(place, 1)?, "kiosk")?)?;
    let centre = place.serve()?;
    let case = |case| Case { case, residents: place.residents, ..Case::default() };
    runtime()?.block_on(async {
        let mut linked = Linked::new(&kiosk)?;
        let begun = Instant::now();
        linked.dial(&centre.sync, kiosk.keys.centre);
        linked.until("an even line", PATIENCE, |linked| Ok(linked.is_even())).await?;
        let seconds = begun.elapsed().as_secs_f64();
        // What the centre has still to say is said at once, long before the first beat.
        let settled = Instant::now() + Duration::from_secs(1);
        linked.until("some calm", PATIENCE, |_| Ok(Instant::now() > settled)).await?;
        let ((received, sent), handshake) = (linked.traffic(), linked.handshake);
        report.put(&Case {
            seconds: Some(seconds),
            bytes: Some(mean((received + sent).saturating_sub(handshake), 1)),
            received: Some(received),
            sent: Some(sent),
            handshake_bytes: Some(handshake),
            frames: Some(linked.frames),
            ..case("nothing-to-send-reconnect")
        });
        let (before, (frames, bytes)) = (received + sent, linked.frames);
        let over = Instant::now() + QUIET;
        linked.until("the end of the minute", 2 * QUIET, |_| Ok(Instant::now() > over)).await?;
        let (received, sent) = linked.traffic();
        report.put(&Case {
            seconds: Some(QUIET.as_secs_f64()),
            bytes: Some(mean(received + sent - before, 1)),
            frames: Some((linked.frames.0 - frames, linked.frames.1 - bytes)),
            ..case("nothing-to-send-minute")
        });
        anyhow::Ok(())
    })?;
    centre.kill()
}
