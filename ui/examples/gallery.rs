//! Saves every sample screen at three sizes to `target/screens/`, to be looked at.

#[path = "../tests/samples/mod.rs"]
mod samples;

use std::path::Path;

use uketsuke_ui::{Headless, Language, UiError, set_language};

const SIZES: [(u32, u32); 3] = [(1024, 600), (800, 480), (1280, 800)];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/screens");
    std::fs::create_dir_all(&folder)?;
    let headless = Headless::new(1024, 600)?;
    if std::env::args().any(|argument| argument == "en") {
        set_language(Language::English)?;
    }
    for (width, height) in SIZES {
        headless.resize(width, height);
        save_all(&headless, &folder, width)?;
    }
    Ok(())
}

fn save_all(headless: &Headless, folder: &Path, width: u32) -> Result<(), UiError> {
    for (name, view) in samples::all() {
        headless.show(&view);
        headless.save_png(&folder.join(format!("{width}-{name}.png")))?;
    }
    Ok(())
}
