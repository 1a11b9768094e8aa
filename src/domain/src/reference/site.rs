//! Venues, doctors, lots and accounts.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::ids::{DoctorId, LotNumber, ProductId, StaffCode, VenueNumber};
use crate::time::Day;

/// 権限. What each may do is the permission table's business ([`crate::authority`]); they have no order of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// 会場一般: part-timers; no irregular operations.
    #[n(0)]
    VenueStaff,
    /// コールセンター一般: the whole municipality; no irregular operations.
    #[n(1)]
    CallCentre,
    /// 会場責任者: may overbook and shorten the first interval, at the own venue.
    #[n(2)]
    VenueManager,
    /// 管理者.
    #[n(3)]
    Administrator,
}

/// 会場.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Encode, Decode)]
pub struct Venue {
    /// 会場番号.
    #[n(0)]
    pub number: VenueNumber,
    /// 会場名.
    #[n(1)]
    pub name: String,
    /// エリア; empty when the municipality has none.
    #[n(2)]
    pub area: String,
    /// Whether the residents' site shows it.
    #[n(3)]
    pub public: bool,
    /// 集団 (true) or 個別 (false).
    #[n(4)]
    pub mass: bool,
}

/// A doctor of the municipality.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Encode, Decode)]
pub struct Doctor {
    /// The number in the list.
    #[n(0)]
    pub id: DoctorId,
    /// 医師名.
    #[n(1)]
    pub name: String,
    /// Where the doctor works; empty for everywhere.
    #[n(2)]
    pub venues: Vec<VenueNumber>,
}

/// A lot of a vaccine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Encode, Decode)]
pub struct Lot {
    /// ロット番号.
    #[n(0)]
    pub number: LotNumber,
    /// Which vaccine.
    #[n(1)]
    pub product: ProductId,
    /// The last day of use, where it is known.
    #[n(2)]
    pub expires: Option<Day>,
    /// Where it is kept; empty for everywhere.
    #[n(3)]
    pub venues: Vec<VenueNumber>,
}

/// A staff account. Signing in has its own issue; the record names who acted from the start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Encode, Decode)]
pub struct Account {
    /// 職員コード.
    #[n(0)]
    pub code: StaffCode,
    /// The name.
    #[n(1)]
    pub name: String,
    /// 権限.
    #[n(2)]
    pub role: Role,
    /// 担当会場; empty means the whole municipality.
    #[n(3)]
    pub venues: Vec<VenueNumber>,
}
