//! What a municipality may change in the table, and what it may not.

use super::{Changes, Grant, Operation, Permissions, cell};
use crate::reference::Role;

/// Why a municipality's changes of the table can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdjustError {
    /// No such operation.
    #[error("{0:?} is no operation; docs/permissions.md lists them")]
    Operation(String),
    /// No such role.
    #[error("{operation}: {role:?} is no role; they are venue-staff, venue-manager, call-centre and administrator")]
    Role {
        /// The operation's code.
        operation: &'static str,
        /// What was written.
        role: String,
    },
    /// The cell is fixed.
    #[error("{operation}: what {role} may do is fixed")]
    Fixed {
        /// The operation's code.
        operation: &'static str,
        /// The role's code.
        role: &'static str,
    },
    /// The role can't have this grant: only the administrator has the special mode and may never be shut out, and a
    /// venue's account ends at its venues.
    #[error("{operation}: {role} can't be given {grant:?}")]
    Grant {
        /// The operation's code.
        operation: &'static str,
        /// The role's code.
        role: &'static str,
        /// The grant's code.
        grant: &'static str,
    },
    /// A role could do at a venue what its superior could not.
    #[error("{operation}: {role} could do it and {above} could not; change both")]
    Order {
        /// The operation's code.
        operation: &'static str,
        /// The lesser role's code.
        role: &'static str,
        /// The greater role's code.
        above: &'static str,
    },
}

/// Whether a role can have a grant at all.
pub(super) const fn fits(role: Role, grant: Grant) -> bool {
    match role {
        Role::VenueStaff | Role::VenueManager => matches!(grant, Grant::Never | Grant::OwnVenue),
        Role::CallCentre => matches!(grant, Grant::Never | Grant::Municipality),
        Role::Administrator => matches!(grant, Grant::Municipality | Grant::Special),
    }
}

impl<'a> Permissions<'a> {
    /// The table with these changes, each of which is allowed.
    ///
    /// # Errors
    /// The first change that can't be used.
    pub fn checked(changes: &'a Changes) -> Result<Self, AdjustError> {
        let permissions = Self::new(changes);
        for (code, roles) in permissions.changes() {
            let operation = Operation::from_code(code).ok_or_else(|| AdjustError::Operation(code.clone()))?;
            for (role, &grant) in roles {
                check_cell(operation, role, grant)?;
            }
            permissions.check_order(operation)?;
        }
        Ok(permissions)
    }

    /// A superior may do at the own venue what the one below may.
    fn check_order(self, operation: Operation) -> Result<(), AdjustError> {
        let may = |role| self.grant(operation, role).is_ordinary_at_own_venue();
        let pairs = Role::AT_VENUE.into_iter().zip(Role::AT_VENUE.into_iter().skip(1));
        match pairs.into_iter().find(|&(role, above)| may(role) && !may(above)) {
            None => Ok(()),
            Some((role, above)) => {
                Err(AdjustError::Order { operation: operation.code(), role: role.code(), above: above.code() })
            }
        }
    }
}

fn check_cell(operation: Operation, role: &str, grant: Grant) -> Result<(), AdjustError> {
    let operation_code = operation.code();
    let Some(role) = Role::from_code(role) else {
        return Err(AdjustError::Role { operation: operation_code, role: role.to_owned() });
    };
    if !cell(operation, role).adjustable {
        return Err(AdjustError::Fixed { operation: operation_code, role: role.code() });
    }
    if !fits(role, grant) {
        return Err(AdjustError::Grant { operation: operation_code, role: role.code(), grant: grant.code() });
    }
    Ok(())
}
