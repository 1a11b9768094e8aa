//! The language of all screens. The source language is Japanese.

use crate::UiError;

/// A language that the screens speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// 日本語, as written in the sources.
    #[default]
    Japanese,
    /// English.
    English,
}

/// Switches all windows of this thread, at once. There must be a window (or a [`crate::Headless`]) already.
pub fn set_language(language: Language) -> Result<(), UiError> {
    let tag = match language {
        Language::Japanese => "",
        Language::English => "en",
    };
    slint::select_bundled_translation(tag).map_err(|_| UiError::Language(tag.to_owned()))
}
