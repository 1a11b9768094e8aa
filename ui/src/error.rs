//! What can go wrong with a window.

/// Why a screen could not be shown.
#[derive(Debug, thiserror::Error)]
pub enum UiError {
    /// There is no display that can be drawn on, or it went away.
    #[error("no window can be shown: {0}")]
    Platform(#[from] slint::PlatformError),
    /// This thread draws on something else already: it has one window system for all its life.
    #[error("this thread has its window system already")]
    AlreadySet,
    /// The picture could not be written.
    #[error("the picture could not be written: {0}")]
    Picture(#[from] image::ImageError),
    /// The language is not bundled.
    #[error("this language is not bundled: {0}")]
    Language(String),
}
