//! One cell of the table: how far a role may do an operation, and why.

use serde::{Deserialize, Serialize};

/// How far a role may do an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grant {
    /// Not at all.
    Never,
    /// At the venues of the account.
    OwnVenue,
    /// At every venue, and where no venue is concerned.
    Municipality,
    /// As `Municipality`, and only while 管理者特別権限 is on.
    Special,
}

impl Grant {
    /// A short stable name, as the settings write it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::OwnVenue => "own-venue",
            Self::Municipality => "municipality",
            Self::Special => "special",
        }
    }

    /// Whether somebody may do it at an own venue without a special mode.
    pub(super) const fn is_ordinary_at_own_venue(self) -> bool {
        matches!(self, Self::OwnVenue | Self::Municipality)
    }
}

/// Where a cell comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Source {
    /// A manual says it.
    Said {
        /// The manual and its section ("004 ④").
        manual: &'static str,
        /// The sentence, word for word.
        sentence: &'static str,
    },
    /// No manual says it; why we chose it.
    OurDecision(&'static str),
}

/// A cell of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// How far.
    pub grant: Grant,
    /// Why.
    pub source: Source,
    /// Whether a municipality may change it in its settings.
    pub adjustable: bool,
}

impl Cell {
    /// The same cell, which a municipality may change.
    pub(super) const fn adjustable(self) -> Self {
        Self { adjustable: true, ..self }
    }
}

pub(super) const fn no(source: Source) -> Cell {
    Cell { grant: Grant::Never, source, adjustable: false }
}

pub(super) const fn own(source: Source) -> Cell {
    Cell { grant: Grant::OwnVenue, source, adjustable: false }
}

pub(super) const fn all(source: Source) -> Cell {
    Cell { grant: Grant::Municipality, source, adjustable: false }
}

pub(super) const fn special(source: Source) -> Cell {
    Cell { grant: Grant::Special, source, adjustable: false }
}
