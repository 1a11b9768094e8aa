//! `uketsuke-center rebuild`: makes everything that can be derived from the log anew.

use anyhow::Result;
use uketsuke_store::Place;
use uketsuke_sync::ingest::apply_again;

use crate::centre::Centre;

/// Entries that are read at a time.
const ENTRIES_AT_A_TIME: u32 = 1000;

/// Applies the whole log again, in one transaction: nobody sees a half-made table, and a power cut leaves the old ones.
///
/// # Errors
/// When the disk refuses; then nothing changed.
pub fn rebuild(centre: &mut Centre, progress: &mut dyn FnMut(u64, u64)) -> Result<u64> {
    let total = centre.store.entry_count()?;
    let done = centre.store.write(|tx| -> Result<u64> {
        tx.forget_projections()?;
        let (mut place, mut done) = (Place::default(), 0);
        loop {
            let entries = tx.log_from(place, ENTRIES_AT_A_TIME)?;
            let Some((last, _)) = entries.last() else { return Ok(done) };
            place = *last;
            for (_, entry) in &entries {
                apply_again(tx, entry)?;
                done += 1;
            }
            progress(done, total);
        }
    })?;
    centre.store.refresh_settings()?;
    // What was folded before the settings had come again is folded under them.
    centre.store.rebuild(|_| {})?;
    Ok(done)
}
