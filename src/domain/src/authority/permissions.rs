//! The table with a municipality's changes.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Grant, Operation, cell};
use crate::reference::Role;

/// A municipality's changes: operation's code → role's code → grant. Checked by [`Permissions::checked`].
pub type Changes = BTreeMap<String, BTreeMap<String, Grant>>;

static NO_CHANGES: Changes = BTreeMap::new();

/// Who may do what in a municipality: the table, and the changes that it may make. A view: making one costs nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permissions<'a> {
    changes: &'a Changes,
}

/// What it takes to do an operation at a venue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Needed {
    /// The least role, of those who stand at a venue.
    pub role: Role,
    /// Whether it takes 管理者特別権限.
    pub special: bool,
}

impl Default for Permissions<'static> {
    fn default() -> Self {
        Self { changes: &NO_CHANGES }
    }
}

impl<'a> Permissions<'a> {
    /// The table with these changes. A change that [`Permissions::checked`] would refuse cell by cell has no effect
    /// here, so unchecked settings open nothing that must stay shut.
    pub const fn new(changes: &'a Changes) -> Self {
        Self { changes }
    }

    /// How far a role may do an operation.
    pub fn grant(self, operation: Operation, role: Role) -> Grant {
        let cell = cell(operation, role);
        let change = self.changes.get(operation.code()).and_then(|roles| roles.get(role.code())).copied();
        change.filter(|&grant| cell.adjustable && super::adjust::fits(role, grant)).unwrap_or(cell.grant)
    }

    /// The least role that may do an operation at its venue. 管理者 may do everything, so there always is one.
    pub fn needed(self, operation: Operation) -> Needed {
        let may = |role: &Role| self.grant(operation, *role).is_ordinary_at_own_venue();
        match Role::AT_VENUE.into_iter().find(may) {
            Some(role) => Needed { role, special: false },
            None => Needed { role: Role::Administrator, special: true },
        }
    }

    /// The changes, as the settings have them.
    pub(super) const fn changes(self) -> &'a Changes {
        self.changes
    }
}
