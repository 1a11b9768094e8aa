//! `cast.json`: which voucher plays which part.

use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

/// One voucher.
#[derive(Clone, Debug, Deserialize)]
pub struct Member {
    /// 券番号.
    pub number: String,
    /// Kana, where a name is on record.
    pub kana: Option<String>,
    /// 生年月日.
    pub birth: String,
    /// The text of the square code.
    pub code18: String,
    /// The dose that is due.
    pub dose: u8,
}

/// The parts that stories use.
#[derive(Clone, Debug, Deserialize)]
pub struct Cast {
    /// Booked here today.
    pub booked_here: Vec<Member>,
    /// Booked at another venue today.
    pub elsewhere: Vec<Member>,
    /// Without any booking.
    pub no_booking: Vec<Member>,
    /// Without any record.
    pub unknown: Vec<Member>,
    /// Booked today, too soon after the dose before.
    pub too_soon: Vec<Member>,
    /// Cancelled.
    pub cancelled: Vec<Member>,
    /// Booked here on another day.
    pub another_day: Vec<Member>,
}

impl Cast {
    /// Reads the file.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        Ok(serde_json::from_str(&text)?)
    }
}
