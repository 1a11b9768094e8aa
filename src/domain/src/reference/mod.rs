//! What the municipality configured: venues, slots, products, settings, people who work there, and cards.

mod card;
mod device;
mod settings;
mod site;
mod slot;

pub use card::{Card, CardDose, CardKey, CardKeyed};
pub use device::Device;
pub use settings::{Arrival, ChildAges, DoseRule, MonthEnd, Product, Settings, SettingsError, StickerKind, WalkIn};
pub use site::{Account, Doctor, Lot, Role, Venue};
pub use slot::{Audience, Conditions, DoseTarget, Slot, Visibility};
