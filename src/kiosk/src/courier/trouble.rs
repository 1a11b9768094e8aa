//! From the machine's errors to what staff can act on.

use std::io;

use uketsuke_domain::screen::CourierTrouble;
use uketsuke_replica::courier::CourierError;
use uketsuke_store::StoreError;

use super::Stop;

/// What is wrong, for whoever stands before the screen.
pub(super) fn trouble(why: &anyhow::Error, stop: &Stop) -> CourierTrouble {
    if stop.is_stopped() {
        return CourierTrouble::Stopped;
    }
    match why.downcast_ref::<CourierError<StoreError>>() {
        Some(CourierError::File(why)) => of_file(why),
        Some(CourierError::Sealed(_)) => CourierTrouble::NotForUs,
        Some(CourierError::NotEnrolled) => CourierTrouble::Stranger,
        Some(CourierError::Version) => CourierTrouble::Newer,
        Some(CourierError::Frame(_) | CourierError::Blame(_)) => CourierTrouble::Damaged,
        Some(CourierError::Replica(_)) => CourierTrouble::OwnDisk,
        None => match why.downcast_ref::<OnStick>() {
            Some(OnStick(why)) => of_file(why),
            // Configuration, keys, database: all of them are the kiosk's own.
            None => CourierTrouble::OwnDisk,
        },
    }
}

/// An error of the stick's file system, beside those that [`CourierError`] tells.
#[derive(Debug, thiserror::Error)]
#[error("the stick: {0}")]
pub(super) struct OnStick(#[from] pub(super) io::Error);

fn of_file(why: &io::Error) -> CourierTrouble {
    use io::ErrorKind as Kind;
    match why.kind() {
        Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge => CourierTrouble::StickFull,
        Kind::ReadOnlyFilesystem | Kind::PermissionDenied => CourierTrouble::StickReadOnly,
        // The seal covers every byte: a cut and a changed one both show here.
        Kind::UnexpectedEof | Kind::InvalidData | Kind::InvalidInput => CourierTrouble::Damaged,
        _ => CourierTrouble::StickGone,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stick_tells_what_is_wrong_with_it() {
        use nix_errno::{EIO, ENODEV, ENOENT, ENOSPC, EROFS};
        let cases = [
            (ENOSPC, CourierTrouble::StickFull),
            (EROFS, CourierTrouble::StickReadOnly),
            (EIO, CourierTrouble::StickGone),
            (ENODEV, CourierTrouble::StickGone),
            (ENOENT, CourierTrouble::StickGone),
        ];
        for (errno, expected) in cases {
            let error = || io::Error::from_raw_os_error(errno);
            let inside = anyhow::Error::from(CourierError::<StoreError>::File(error()));
            assert_eq!(trouble(&inside, &Stop::default()), expected, "{errno}");
            assert_eq!(trouble(&OnStick(error()).into(), &Stop::default()), expected, "{errno}");
        }
    }

    /// The numbers of Linux.
    mod nix_errno {
        pub(super) const ENOENT: i32 = 2;
        pub(super) const EIO: i32 = 5;
        pub(super) const ENODEV: i32 = 19;
        pub(super) const ENOSPC: i32 = 28;
        pub(super) const EROFS: i32 = 30;
    }

    #[test]
    fn whatever_fails_after_somebody_stopped_it_was_stopped() {
        let stop = Stop::default();
        let error = anyhow::anyhow!("no keys");
        assert_eq!(trouble(&error, &stop), CourierTrouble::OwnDisk);
        stop.stop();
        assert_eq!(trouble(&error, &stop), CourierTrouble::Stopped);
    }
}
