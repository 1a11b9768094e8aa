//! Who asks, where, and the answer.

use serde::Serialize;

use super::{Grant, Needed, Operation, Permissions};
use crate::ids::VenueNumber;
use crate::reference::{Account, Role};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor<'a> {
    /// 権限.
    pub role: Role,
    /// 担当会場. An account with venues ends there, whatever its role. Empty means the whole municipality for 管理者 and
    /// コールセンター一般, and no venue at all for those who work at one: a forgotten field opens nothing.
    pub venues: &'a [VenueNumber],
    /// Whether 管理者特別権限 is on ([`super::SpecialAuthority::is_on`]). Without effect for other roles.
    pub special: bool,
}

impl<'a> Actor<'a> {
    /// An account in its ordinary mode.
    pub fn of(account: &'a Account) -> Self {
        Self { role: account.role, venues: &account.venues, special: false }
    }

    fn may_act_at(&self, place: Place<'_>) -> bool {
        let works_at_venues = matches!(self.role, Role::VenueStaff | Role::VenueManager);
        let everywhere = self.venues.is_empty() && !works_at_venues;
        match place {
            Place::Venue(venue) => everywhere || self.venues.contains(venue),
            Place::Municipality => everywhere,
        }
    }
}

/// Where the operation takes effect: the venue of the booking, slot or visit, or of the station that looks up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    /// A venue.
    Venue(&'a VenueNumber),
    /// No venue in particular: settings, vouchers, accounts.
    Municipality,
}

/// Proof that an operation was permitted. Only [`Permissions::check`] makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[must_use]
pub struct Permit {
    operation: Operation,
    role: Role,
    special: bool,
}

impl Permit {
    /// What was permitted.
    pub const fn operation(&self) -> Operation {
        self.operation
    }

    /// The role under which it was permitted.
    pub const fn role(&self) -> Role {
        self.role
    }

    /// Whether it took 管理者特別権限.
    pub const fn special(&self) -> bool {
        self.special
    }
}

/// Why an operation was not permitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
pub enum Denied {
    /// The role may not do this anywhere.
    #[error("{}: not for this role, but for {}", operation.code(), needed.role.code())]
    Role {
        /// What was asked.
        operation: Operation,
        /// Who may.
        needed: Needed,
    },
    /// The role may do this, but not there.
    #[error("{}: not at this venue", operation.code())]
    NotOwnVenue {
        /// What was asked.
        operation: Operation,
    },
    /// 管理者 may do this, but only in 管理者特別権限.
    #[error("{}: only with special authority", operation.code())]
    NeedsSpecial {
        /// What was asked.
        operation: Operation,
    },
}

impl Permissions<'_> {
    /// Whether somebody may do an operation at a place.
    ///
    /// # Errors
    /// What is missing: the role first, then the place, then the mode.
    pub fn check(self, operation: Operation, actor: &Actor<'_>, place: Place<'_>) -> Result<Permit, Denied> {
        let grant = self.grant(operation, actor.role);
        let in_scope = actor.may_act_at(place);
        let (in_scope, special) = match grant {
            Grant::Never => return Err(Denied::Role { operation, needed: self.needed(operation) }),
            Grant::OwnVenue => (in_scope && matches!(place, Place::Venue(_)), false),
            Grant::Municipality => (in_scope, false),
            Grant::Special => (in_scope, true),
        };
        if !in_scope {
            return Err(Denied::NotOwnVenue { operation });
        }
        if special && !actor.special {
            return Err(Denied::NeedsSpecial { operation });
        }
        Ok(Permit { operation, role: actor.role, special })
    }
}
