//! Saves every sample screen at three sizes to `target/screens/`, to be looked at. "en" draws them in English,
//! "words" adds a screen for every reason, review and trouble.

#[path = "../tests/samples/mod.rs"]
mod samples;

use std::path::Path;

use uketsuke_domain::screen::View;
use uketsuke_ui::{Headless, Language, UiError, set_language};

const SIZES: [(u32, u32); 3] = [(1024, 600), (800, 480), (1280, 800)];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/screens");
    std::fs::create_dir_all(&folder)?;
    let headless = Headless::new(1024, 600)?;
    let is_asked = |word: &str| std::env::args().any(|argument| argument == word);
    if is_asked("en") {
        set_language(Language::English)?;
    }
    let mut views: Vec<_> = samples::all().into_iter().map(|(name, view)| (name.to_owned(), view)).collect();
    if is_asked("words") {
        views.extend(samples::words::all());
    }
    for (width, height) in SIZES {
        headless.resize(width, height);
        save_all(&headless, &folder, width, &views)?;
    }
    Ok(())
}

fn save_all(headless: &Headless, folder: &Path, width: u32, views: &[(String, View)]) -> Result<(), UiError> {
    for (name, view) in views {
        headless.show(view);
        headless.save_png(&folder.join(format!("{width}-{name}.png")))?;
    }
    Ok(())
}
