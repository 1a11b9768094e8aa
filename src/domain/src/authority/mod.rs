//! Who may do what: roles, their scope, and the special-authority mode (管理者特別権限).
//!
//! * [`Operation`] names every operation of the product.
//! * [`cell`] is the table: operation and role to [`Grant`], each with the sentence or the decision that it follows.
//! * [`Permissions`] is the table with a municipality's changes.
//! * [`Permissions::check`] answers a [`Permit`], a proof that can't be had otherwise, or a [`Denied`] that says why.
//! * [`SpecialAuthority`] is the mode in which an administrator may do what nobody else may.
//!
//! `docs/permissions.md` is written from the table; a test compares the two.

mod actor;
mod adjust;
mod grant;
mod list;
mod operation;
mod permissions;
mod role;
mod source;
mod special;
mod table;

pub use actor::{Actor, Denied, Permit, Place};
pub use adjust::AdjustError;
pub use grant::{Cell, Grant, Source};
pub use list::Operation;
pub use operation::Group;
pub use permissions::{Changes, Needed, Permissions};
pub use special::{NotEntered, SpecialAuthority};
pub use table::cell;
