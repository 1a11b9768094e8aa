//! Networks that a test makes for itself: Linux namespaces, joined by cables, and a venue built of them.
//!
//! The namespaces have no names: only this process and those that it starts hold on to them, so nothing is left of a
//! network when its test has ended, however it ended. To look inside while a test runs: `nsenter --net=PATH`, with what
//! [`Namespace::path`] says.

use std::fs::File;
use std::net::Ipv4Addr;
use std::os::fd::AsRawFd;
use std::process::Command;

use anyhow::{Context, Result, anyhow, ensure};
use nix::errno::Errno;
use nix::sched::{CloneFlags, setns, unshare};

use super::wire::{Quality, Wire};

/// The address of kiosk 0, 10.20.0.11; the others' follow.
const FIRST_KIOSK: u32 = u32::from_be_bytes([10, 20, 0, 11]);

/// A network of its own, with nothing in it but a loopback.
#[derive(Debug)]
pub struct Namespace {
    handle: File,
}

impl Namespace {
    /// A new one; none where the system does not permit it.
    pub fn new() -> Result<Option<Self>> {
        let made = in_thread(|| match unshare(CloneFlags::CLONE_NEWNET) {
            Ok(()) => Ok(Some(File::open("/proc/thread-self/ns/net")?)),
            Err(Errno::EPERM | Errno::EACCES | Errno::ENOSYS | Errno::EINVAL) => Ok(None),
            Err(why) => Err(anyhow!("no network of its own: {why}")),
        })??;
        let Some(handle) = made else { return Ok(None) };
        let namespace = Self { handle };
        namespace.ip("link set lo up")?;
        Ok(Some(namespace))
    }

    /// Does it inside. Programs and threads that it starts stay there.
    pub fn enter<T: Send>(&self, work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
        in_thread(|| {
            setns(&self.handle, CloneFlags::CLONE_NEWNET).context("entering a network")?;
            work()
        })?
    }

    /// Runs `ip` inside.
    pub fn ip(&self, arguments: &str) -> Result<()> {
        let run = || Command::new("ip").args(arguments.split(' ')).output().context("running ip (iproute2)");
        let output = self.enter(run)?;
        ensure!(output.status.success(), "ip {arguments}: {}", String::from_utf8_lossy(&output.stderr).trim());
        Ok(())
    }

    /// Where other programs find it, for as long as it is held.
    pub fn path(&self) -> String {
        format!("/proc/{}/fd/{}", std::process::id(), self.handle.as_raw_fd())
    }
}

/// A thread has a network of its own; the other threads of the program stay where they are.
fn in_thread<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T> {
    std::thread::scope(|scope| scope.spawn(work).join()).map_err(|_| anyhow!("a panic inside a network"))
}

/// A venue: kiosks on one network, and a router with one uplink to the centre. Each is in a network of its own.
#[derive(Debug)]
pub struct Venue {
    /// The only way between the room and the centre.
    pub uplink: Wire,
    /// Where the centre runs.
    pub centre: Namespace,
    kiosks: Vec<Namespace>,
    room: Namespace,
}

impl Venue {
    /// Where the centre's sync endpoint is to listen.
    pub const CENTRE: &str = "10.30.0.2:8711";

    /// Builds it; none, with a word about why, where the system permits no networks or no TUN devices.
    pub fn build(kiosks: usize, quality: Quality, seed: u64) -> Result<Option<Self>> {
        let built = Self::try_build(kiosks, quality, seed)?;
        if built.is_none() {
            #[expect(clippy::print_stdout, reason = "whoever reads a test's output must see that nothing was tested")]
            {
                println!("SKIPPED: network namespaces or TUN devices are not permitted here");
            }
        }
        Ok(built)
    }

    fn try_build(kiosks: usize, quality: Quality, seed: u64) -> Result<Option<Self>> {
        let (Some(room), Some(centre)) = (Namespace::new()?, Namespace::new()?) else { return Ok(None) };
        let Some(uplink) = Wire::lay(&room, &centre, quality, seed)? else { return Ok(None) };
        room.ip("addr add 10.30.0.1 peer 10.30.0.2 dev wire")?;
        centre.ip("addr add 10.30.0.2 peer 10.30.0.1 dev wire")?;
        centre.ip("route add 10.20.0.0/24 via 10.30.0.1")?;
        room.ip("link add bridge0 type bridge")?;
        room.ip("addr add 10.20.0.1/24 dev bridge0")?;
        room.ip("link set bridge0 up")?;
        room.enter(|| Ok(std::fs::write("/proc/sys/net/ipv4/ip_forward", "1")?))?;
        let mut venue = Self { uplink, centre, kiosks: Vec::new(), room };
        for number in 0..kiosks {
            let Some(kiosk) = Namespace::new()? else { return Ok(None) };
            venue.room.ip(&format!("link add port{number} type veth peer name eth0 netns {}", kiosk.path()))?;
            venue.room.ip(&format!("link set port{number} master bridge0 up"))?;
            kiosk.ip(&format!("addr add {}/24 dev eth0", Self::address(number)))?;
            kiosk.ip("link set eth0 up")?;
            kiosk.ip("route add default via 10.20.0.1")?;
            venue.kiosks.push(kiosk);
        }
        Ok(Some(venue))
    }

    /// A kiosk's address.
    pub fn address(number: usize) -> Ipv4Addr {
        Ipv4Addr::from(FIRST_KIOSK + u32::try_from(number).unwrap_or_default())
    }

    /// Does it where a kiosk runs.
    pub fn at_kiosk<T: Send>(&self, number: usize, work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
        self.kiosks.get(number).context("no such kiosk")?.enter(work)
    }

    /// Pulls a kiosk's cable: it is alone.
    pub fn pull(&self, number: usize) -> Result<()> {
        self.room.ip(&format!("link set port{number} down"))
    }

    /// Plugs a kiosk's cable in again.
    pub fn plug(&self, number: usize) -> Result<()> {
        self.room.ip(&format!("link set port{number} up"))
    }
}
