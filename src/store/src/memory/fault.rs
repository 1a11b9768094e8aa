//! A disk that is full or broken, when a test says so.

use crate::StoreError;

/// When which operation fails, and with what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fault {
    /// So many mutating operations from now on the last one fails; none: nothing does.
    left: Option<u64>,
    error: fn() -> StoreError,
}

impl Default for Fault {
    fn default() -> Self {
        Self { left: None, error: || StoreError::Full }
    }
}

impl Fault {
    pub(super) fn after(left: Option<u64>, error: fn() -> StoreError) -> Self {
        Self { left, error }
    }

    /// Counts an operation, and fails if it is the one. It fails once: the next transaction is the next try.
    pub(super) fn count(&mut self) -> Result<(), StoreError> {
        match self.left {
            None => Ok(()),
            Some(0 | 1) => {
                self.left = None;
                Err(self.error())
            }
            Some(left) => {
                self.left = Some(left - 1);
                Ok(())
            }
        }
    }

    pub(super) fn error(&self) -> StoreError {
        (self.error)()
    }
}
