//! `uketsuke-kiosk sample-scanner`: a window of sample vouchers to click into kiosks. Each kiosk's scanner is the other
//! end of a real pty, so the kiosks run the same code as with a real one.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;
use uketsuke_hardware::scanner::PtyScanner;
use uketsuke_ui::{SampleScanner, SampleVoucher};

/// A scanner to be: what the button says, and where the kiosk looks for its tty.
#[derive(Clone, Debug)]
pub struct Target {
    /// On the button (受付).
    pub label: String,
    /// The link to the pty.
    pub path: PathBuf,
}

/// Reads `受付=/run/…/scanner`.
///
/// # Errors
/// When there is no `=`.
pub fn parse_target(text: &str) -> Result<Target, String> {
    let (label, path) = text.split_once('=').ok_or("NAME=PATH is due")?;
    Ok(Target { label: label.to_owned(), path: PathBuf::from(path) })
}

#[derive(Debug, Deserialize)]
struct Member {
    kana: Option<String>,
    number: String,
    code18: String,
}

type Cast = std::collections::BTreeMap<String, Vec<Member>>;

/// The parts that are shown, with what they are; and how many of each.
const PARTS: [(&str, &str, usize); 10] = [
    ("booked_here", "本日の予約あり", 12),
    ("nameless", "氏名の登録なし", 2),
    ("same_name", "同姓同名", 2),
    ("foreign", "他の自治体の接種券", 2),
    ("too_soon", "接種間隔が短い", 2),
    ("elsewhere", "別の会場の予約", 2),
    ("another_day", "別の日の予約", 2),
    ("cancelled", "キャンセル済み", 2),
    ("no_booking", "予約なし", 2),
    ("unknown", "記録なし", 2),
];

/// Runs the window until it is closed.
///
/// # Errors
/// When there is no display, no cast, or no pty can be had.
pub fn run(cast: &Path, targets: &[Target]) -> Result<()> {
    let text = std::fs::read_to_string(cast).with_context(|| format!("reading {}", cast.display()))?;
    let cast: Cast = serde_json::from_str(&text).with_context(|| format!("reading {}", cast.display()))?;
    let scanners: Vec<PtyScanner> =
        targets.iter().map(|target| PtyScanner::plug_in(&target.path)).collect::<Result<_, _>>()?;
    let scanners = RefCell::new(scanners);
    let labels = targets.iter().map(|target| target.label.clone()).collect();
    let window = SampleScanner::open(labels, vouchers(&cast), move |target, code| {
        if let Some(scanner) = scanners.borrow_mut().get_mut(target)
            && let Err(why) = scanner.scan(code)
        {
            log::warn!("nobody reads this scanner: {why}");
        }
    })?;
    Ok(window.run()?)
}

fn vouchers(cast: &Cast) -> Vec<SampleVoucher> {
    let mut vouchers = Vec::new();
    for (part, what, count) in PARTS {
        for member in cast.get(part).into_iter().flatten().take(count) {
            vouchers.push(SampleVoucher {
                label: member.kana.clone().unwrap_or_else(|| format!("券番号 {}", member.number)),
                detail: what.to_owned(),
                code: member.code18.clone(),
            });
        }
    }
    let vial = "]C10109521234543213171001011012ABC";
    vouchers.push(SampleVoucher {
        label: "ワクチンのラベル".to_owned(),
        detail: "接種券ではない".to_owned(),
        code: vial.to_owned(),
    });
    vouchers
}
