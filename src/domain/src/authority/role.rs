//! The four roles: their codes and names.

use crate::reference::Role;

impl Role {
    /// All roles, in the order of the table's columns.
    pub const ALL: [Self; 4] = [Self::VenueStaff, Self::VenueManager, Self::CallCentre, Self::Administrator];

    /// The roles that stand at a venue, each of which may do there what the one before may. The call centre is nobody's
    /// superior at a venue.
    pub const AT_VENUE: [Self; 3] = [Self::VenueStaff, Self::VenueManager, Self::Administrator];

    /// A short stable name, as the settings write it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::VenueStaff => "venue-staff",
            Self::VenueManager => "venue-manager",
            Self::CallCentre => "call-centre",
            Self::Administrator => "administrator",
        }
    }

    /// The Japanese term.
    pub const fn name(self) -> &'static str {
        match self {
            Self::VenueStaff => "会場一般",
            Self::VenueManager => "会場責任者",
            Self::CallCentre => "コールセンター一般",
            Self::Administrator => "管理者",
        }
    }

    /// The role of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }
}
