//! Where the built binaries are.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

/// The path of a binary of this workspace, beside the running one.
pub fn binary(name: &str) -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    // A test runs in target/debug/deps, a binary in target/debug.
    let folders = own.ancestors().skip(1).take(2);
    for folder in folders {
        let path = folder.join(name);
        if path.is_file() {
            return Ok(path);
        }
    }
    let own = own.parent().context("no folder")?;
    bail!(
        "{name} is not built (looked beside {}): run `cargo build --workspace` first, as `make test` does",
        own.display()
    )
}
