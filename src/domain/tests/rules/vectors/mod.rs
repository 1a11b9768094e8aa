//! Cases that are data, shared with whoever builds another front end: `tests/vectors`.

mod permissions;
