//! The device end of a real tty: a scanner made of a pseudo-terminal, for demonstrations and tests.

use std::fs;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::pty::{PtyMaster, grantpt, posix_openpt, ptsname_r, unlockpt};
use nix::sys::stat::Mode;
use nix::sys::termios::{SetArg, cfmakeraw, tcgetattr, tcsetattr};

/// How long a write waits for a reader before it gives up.
const WRITE_WAIT: Duration = Duration::from_secs(2);

/// Why a pseudo-terminal does not do what it is told.
#[derive(Debug, thiserror::Error)]
pub enum PtyError {
    /// The operating system gave no pseudo-terminal.
    #[error("no pseudo-terminal: {0}")]
    Open(#[source] io::Error),
    /// The link could not be made.
    #[error("{path} cannot be made a link to the pseudo-terminal: {source}")]
    Link {
        /// Where the link should be.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Something that is not a link lies where the link should be.
    #[error("{path} exists and is not a link")]
    Occupied {
        /// Where the link should be.
        path: PathBuf,
    },
    /// It was unplugged before.
    #[error("the scanner is not plugged in")]
    Unplugged,
    /// Nobody reads, and the buffer is full.
    #[error("nobody reads what the scanner sends")]
    NobodyReads,
    /// Writing failed otherwise.
    #[error("writing to the pseudo-terminal failed: {0}")]
    Write(#[source] io::Error),
}

#[derive(Debug)]
struct Pair {
    master: PtyMaster,
    /// Kept open, or the terminal would look hung up whenever its reader closes it.
    _slave: OwnedFd,
    device: PathBuf,
}

/// Plays a scanner: whoever opens the link reads what it scans. Dropping it is unplugging it.
#[derive(Debug)]
pub struct PtyScanner {
    link: PathBuf,
    pair: Option<Pair>,
}

impl PtyScanner {
    /// Makes a pseudo-terminal and a symbolic link to it at `link`, replacing a link that lies there.
    pub fn plug_in(link: impl Into<PathBuf>) -> Result<Self, PtyError> {
        let mut scanner = Self { link: link.into(), pair: None };
        scanner.plug()?;
        Ok(scanner)
    }

    /// Where a reader finds this scanner.
    pub fn path(&self) -> &Path {
        &self.link
    }

    /// Scans a code: the text and CR.
    pub fn scan(&self, text: &str) -> Result<(), PtyError> {
        self.write_raw(format!("{text}\r").as_bytes())
    }

    /// Sends bytes as they are, in one piece if they are no more than a few hundred.
    pub fn write_raw(&self, bytes: &[u8]) -> Result<(), PtyError> {
        let pair = self.pair.as_ref().ok_or(PtyError::Unplugged)?;
        let until = Instant::now() + WRITE_WAIT;
        let mut rest = bytes;
        while !rest.is_empty() {
            match nix::unistd::write(pair.master.as_fd(), rest) {
                Ok(count) => rest = rest.get(count..).unwrap_or_default(),
                Err(Errno::EINTR) => {}
                Err(Errno::EAGAIN) => wait_for_room(&pair.master, until)?,
                Err(errno) => return Err(PtyError::Write(errno.into())),
            }
        }
        Ok(())
    }

    /// Hangs up and removes the link. Nothing happens if it is unplugged.
    pub fn unplug(&mut self) {
        if let Some(pair) = self.pair.take()
            && fs::read_link(&self.link).is_ok_and(|device| device == pair.device)
            && let Err(error) = fs::remove_file(&self.link)
        {
            log::warn!("{} could not be removed: {error}", self.link.display());
        }
    }

    /// Plugs it in again, as a new pseudo-terminal. Nothing happens if it is plugged in.
    pub fn plug(&mut self) -> Result<(), PtyError> {
        if self.pair.is_some() {
            return Ok(());
        }
        let pair = new_pair().map_err(|errno| PtyError::Open(errno.into()))?;
        link_to(&pair.device, &self.link)?;
        self.pair = Some(pair);
        Ok(())
    }
}

impl Drop for PtyScanner {
    fn drop(&mut self) {
        self.unplug();
    }
}

/// Closed on exec: a child that inherited the master would keep an unplugged scanner alive.
fn new_pair() -> nix::Result<Pair> {
    let master = posix_openpt(OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC)?;
    grantpt(&master)?;
    unlockpt(&master)?;
    let device = PathBuf::from(ptsname_r(&master)?);
    let slave = open(&device, OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_CLOEXEC, Mode::empty())?;
    // Raw: a CR stays a CR, and nothing is echoed back.
    let mut termios = tcgetattr(&slave)?;
    cfmakeraw(&mut termios);
    tcsetattr(&slave, SetArg::TCSANOW, &termios)?;
    Ok(Pair { master, _slave: slave, device })
}

fn link_to(device: &Path, link: &Path) -> Result<(), PtyError> {
    let failed = |source| PtyError::Link { path: link.to_path_buf(), source };
    match fs::symlink_metadata(link) {
        Ok(found) if found.is_symlink() => fs::remove_file(link).map_err(failed)?,
        Ok(_) => return Err(PtyError::Occupied { path: link.to_path_buf() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
    }
    std::os::unix::fs::symlink(device, link).map_err(failed)
}

fn wait_for_room(master: &PtyMaster, until: Instant) -> Result<(), PtyError> {
    let left = until.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err(PtyError::NobodyReads);
    }
    let mut fds = [PollFd::new(master.as_fd(), PollFlags::POLLOUT)];
    match poll(&mut fds, PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX)) {
        Ok(0) => Err(PtyError::NobodyReads),
        Ok(_) | Err(Errno::EINTR) => Ok(()),
        Err(errno) => Err(PtyError::Write(errno.into())),
    }
}
