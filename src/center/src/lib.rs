//! The centre: imports and exports, the sync endpoint, and the console.
//!
//! It holds the whole municipality, and publishes: each record goes into the topics of the venues where the person has a
//! booking or a visit ([`uketsuke_replica::publish`]). Everything that it decides, it decides through `domain`.

pub mod centre;
pub mod clock;
pub mod csvs;
pub mod devices;
pub mod enrol;
pub mod export;
pub mod import;
pub mod rebuild;
pub mod sample;
pub mod serve;
