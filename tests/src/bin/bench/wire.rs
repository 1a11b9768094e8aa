//! Bytes of a fact on the line: alone, as it is pushed when it happens, and in a batch, after an absence.

use anyhow::{Context, Result};
use uketsuke_domain::log::Entry;
use uketsuke_kiosk::config::Config;
use uketsuke_kiosk::keeper::Keys;
use uketsuke_sync::frame::{Chunk, Frame};
use uketsuke_sync::ingest::Batch;

use crate::folder::Folder;
use crate::report::{Case, Report};

const BATCH: usize = 100;

pub(crate) fn measure(folder: &Folder, residents: usize, report: &mut Report) -> Result<()> {
    let config = Config::read(&folder.kiosk.folder)?;
    let keys = Keys::read(&folder.kiosk.folder, config.centre_key, [0; 32], 0)?;
    let store = keys.open(&folder.kiosk.folder)?;
    // Each start of the program wrote a chain: the longest is the run of check-ins that was measured.
    let own = keys.identity.public_key();
    let chains = store.vector(&config.venue_topic())?.into_iter().filter(|(origin, _)| origin.key() == own);
    let (origin, _) = chains.max_by_key(|(_, tip)| tip.number).context("the kiosk has recorded nothing")?;
    let mut entries = store.newest(&config.venue_topic(), &origin, u32::try_from(BATCH)?)?;
    entries.reverse();
    let count = entries.len();
    let alone: usize = entries.iter().map(|entry| frame_bytes(std::slice::from_ref(entry))).sum::<Result<usize>>()?;
    let batch = frame_bytes(&entries)?;
    let case = |case, bytes: usize| Case { case, residents, bytes: Some(per(bytes, count)), ..Case::default() };
    report.put(&case("wire-alone", alone));
    report.put(&case("wire-batch-of-100", batch));
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a mean of a few thousand bytes")]
fn per(bytes: usize, count: usize) -> f64 {
    bytes as f64 / count.max(1) as f64
}

fn frame_bytes(entries: &[Entry]) -> Result<usize> {
    let first = entries.first().context("the kiosk has recorded nothing")?;
    let claims = entries.iter().cloned().map(Into::into).collect();
    let (topic, origin) = (first.topic.clone(), first.origin);
    let chunk = Chunk::pack(Batch { topic, origin, first: first.number, after: Some(first.header_hash), claims })?;
    Ok(Frame::Chunk(chunk).encode().len())
}
