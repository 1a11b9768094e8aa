//! 管理者特別権限: the mode in which an administrator may do what nobody else may.

use super::{Operation, Permit};
use crate::time::{Elapsed, Now};

/// The mode, entered by an administrator with a reason. It ends by itself, so that nobody leaves it open at a venue; it
/// ends early when it is dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecialAuthority {
    reason: String,
    entered: Now,
    minutes: u16,
}

/// Why the mode was not entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotEntered {
    /// The permit is for another operation.
    #[error("the permit is not for special authority")]
    Permit,
    /// No reason was given.
    #[error("special authority needs a reason")]
    Reason,
}

impl SpecialAuthority {
    /// Enters the mode. `permit` must be for [`Operation::UseSpecialAuthority`]; `minutes` is the municipality's
    /// `special_minutes`.
    ///
    /// # Errors
    /// A permit for something else, or a blank reason.
    pub fn enter(permit: Permit, reason: &str, now: Now, minutes: u16) -> Result<Self, NotEntered> {
        if permit.operation() != Operation::UseSpecialAuthority {
            return Err(NotEntered::Permit);
        }
        match reason.trim() {
            "" => Err(NotEntered::Reason),
            reason => Ok(Self { reason: reason.to_owned(), entered: now, minutes }),
        }
    }

    /// Whether the mode is on. It counts the monotonic clock, so a wall clock put back does not prolong it, and a start
    /// of the machine ends it.
    pub const fn is_on(&self, now: Now) -> bool {
        now.boot == self.entered.boot && now.elapsed.0 >= self.entered.elapsed.0 && now.elapsed.0 < self.ends().0
    }

    /// The first moment of the monotonic clock at which the mode is over.
    pub const fn ends(&self) -> Elapsed {
        Elapsed(self.entered.elapsed.0.saturating_add(self.minutes as u64 * 60_000))
    }

    /// The reason that was given; recorded with every operation that took the mode.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// When it was entered.
    pub const fn entered(&self) -> Now {
        self.entered
    }
}
