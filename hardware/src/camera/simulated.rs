//! A camera that shows files instead of the world.

use std::path::PathBuf;
use std::vec::IntoIter;

use image::GrayImage;

use super::{CameraError, load_file};

/// Yields the pictures of a list of files, one after another, as a camera yields frames.
#[derive(Debug, Clone)]
pub struct SimulatedCamera {
    files: IntoIter<PathBuf>,
}

impl SimulatedCamera {
    /// A camera that will see these files.
    pub fn new(files: impl IntoIterator<Item = impl Into<PathBuf>>) -> Self {
        Self { files: files.into_iter().map(Into::into).collect::<Vec<_>>().into_iter() }
    }
}

impl Iterator for SimulatedCamera {
    type Item = Result<GrayImage, CameraError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.files.next().map(load_file)
    }
}
