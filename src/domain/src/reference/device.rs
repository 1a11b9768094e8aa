//! Devices that may write.

use minicbor::{Decode, Encode};
use serde::Serialize;

use crate::ids::VenueNumber;

/// A device of the municipality, by its public key. Certificates come with enrolment, which has its own issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Encode, Decode)]
pub struct Device {
    /// 端末名.
    #[n(0)]
    pub name: String,
    /// The venue whose topic it may have.
    #[n(1)]
    pub venue: VenueNumber,
    /// What it does, as the configuration names it.
    #[n(2)]
    pub station: String,
}
