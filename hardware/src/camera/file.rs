//! Pictures in files, bounded before they are unpacked.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};

use image::{GrayImage, ImageError, ImageReader, Limits};

use super::{Decoded, decode_image};

const MAX_FILE_BYTES: u64 = 32 << 20;
const MAX_PIXELS: u64 = 40_000_000;
const MAX_UNPACKED_BYTES: u64 = 4 * MAX_PIXELS;

/// Why a picture could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum CameraError {
    /// The file could not be read.
    #[error("{path} could not be read: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// It is a folder, a device or the like.
    #[error("{path} is not a file")]
    NotAFile {
        /// What was named.
        path: PathBuf,
    },
    /// The file is too big to be a picture from a camera.
    #[error("{path} has more than {max_bytes} bytes")]
    FileTooBig {
        /// The file.
        path: PathBuf,
        /// What is allowed.
        max_bytes: u64,
    },
    /// The picture has too many pixels.
    #[error("{path} has {width} x {height} pixels, more than {max_pixels} in all")]
    TooManyPixels {
        /// The file.
        path: PathBuf,
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
        /// What is allowed.
        max_pixels: u64,
    },
    /// It is not a picture in a known format (PNG), or a damaged one.
    #[error("{path} is not a readable picture: {source}")]
    NotAPicture {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: ImageError,
    },
}

/// The codes in a PNG file.
pub fn decode_file(path: impl AsRef<Path>) -> Result<Vec<Decoded>, CameraError> {
    Ok(decode_image(&load_file(path)?))
}

/// A PNG file as shades of grey.
pub fn load_file(path: impl AsRef<Path>) -> Result<GrayImage, CameraError> {
    let path = path.as_ref();
    let bytes = read_bounded(path)?;
    let not_a_picture = |source| CameraError::NotAPicture { path: path.to_path_buf(), source };
    let reader = || {
        let mut reader = ImageReader::new(Cursor::new(&bytes)).with_guessed_format()?;
        let mut limits = Limits::default();
        limits.max_alloc = Some(MAX_UNPACKED_BYTES);
        reader.limits(limits);
        Ok::<_, io::Error>(reader)
    };
    let reader = || reader().map_err(|error| not_a_picture(ImageError::IoError(error)));
    let (width, height) = reader()?.into_dimensions().map_err(not_a_picture)?;
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(CameraError::TooManyPixels { path: path.to_path_buf(), width, height, max_pixels: MAX_PIXELS });
    }
    Ok(reader()?.decode().map_err(not_a_picture)?.into_luma8())
}

fn read_bounded(path: &Path) -> Result<Vec<u8>, CameraError> {
    let failed = |source| CameraError::Read { path: path.to_path_buf(), source };
    // Before opening: opening a pipe would wait for a writer.
    if !std::fs::metadata(path).map_err(failed)?.is_file() {
        return Err(CameraError::NotAFile { path: path.to_path_buf() });
    }
    let mut bytes = Vec::new();
    // The size that counts is the one that is read, not one that was true a moment ago.
    File::open(path).and_then(|file| file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)).map_err(failed)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_FILE_BYTES {
        return Err(CameraError::FileTooBig { path: path.to_path_buf(), max_bytes: MAX_FILE_BYTES });
    }
    Ok(bytes)
}
