//! The centre: imports and exports, the sync endpoint, and the console.
//!
//! It holds the whole municipality, brings each record into the topics of the venues where the person has a booking or
//! a visit, and writes the nameless cards. Everything that it decides, it decides through `domain`.

pub mod centre;
pub mod clock;
pub mod csvs;
pub mod enrol;
pub mod export;
pub mod import;
pub mod publish;
pub mod rebuild;
pub mod sample;
pub mod serve;
