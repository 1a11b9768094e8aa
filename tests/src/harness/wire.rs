//! A bad line between two networks: two TUN devices, and a thread that carries IP packets from one to the other, as
//! slowly and as badly as it is told.
//!
//! `tc netem` does the same in the kernel, but not every kernel has it. The wire is used everywhere, so that what is
//! tested is the same everywhere; and it can lose by a seed, count, and be cut for one address alone.

use std::collections::{BTreeSet, VecDeque};
use std::io::ErrorKind;
use std::net::Ipv4Addr;
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::Result;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use tun_rs::{DeviceBuilder, SyncDevice};

use super::netns::Namespace;

/// What a modem keeps before it drops: the packets of so much time.
const BUFFER: Duration = Duration::from_secs(2);
/// How often the thread looks whether it is to end, and whether the wire was cut.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// How good a wire is, in each direction.
#[derive(Clone, Copy, Debug)]
pub struct Quality {
    /// How fast.
    pub bits_per_second: u64,
    /// How long a packet takes besides.
    pub delay: Duration,
    /// How many of a hundred packets are lost, by lot.
    pub loss_percent: u8,
}

impl Quality {
    /// A line that nobody notices.
    pub const GOOD: Self = Self { bits_per_second: 100_000_000, delay: Duration::ZERO, loss_percent: 0 };
    /// A mobile connection at its worst.
    pub const BAD: Self = Self { bits_per_second: 64_000, delay: Duration::from_millis(300), loss_percent: 5 };
}

/// What a wire did: bytes of IP packets that it was occupied with, lost ones included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// From the first network to the second: up, where the second is the centre's.
    pub up: u64,
    /// The other way.
    pub down: u64,
    /// Packets that were lost by lot, both ways.
    pub lost_packets: u64,
}

/// A wire. When the last clone is dropped, it is taken away with both devices.
#[derive(Clone, Debug)]
pub struct Wire(Arc<Laid>);

#[derive(Debug)]
struct Laid {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    is_stopped: AtomicBool,
    is_cut: AtomicBool,
    carried: [AtomicU64; 2],
    lost_packets: AtomicU64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    quality: Quality,
    shut_out: BTreeSet<Ipv4Addr>,
}

impl Wire {
    /// Lays a wire between two networks, with a device `wire` in each; none where TUN devices are not permitted. Of one seed
    /// the same packets are lost, as far as the same packets come.
    pub fn lay(one: &Namespace, other: &Namespace, quality: Quality, seed: u64) -> Result<Option<Self>> {
        let (Some(one), Some(other)) = (device(one)?, device(other)?) else { return Ok(None) };
        let shared = Arc::new(Shared {
            is_stopped: AtomicBool::new(false),
            is_cut: AtomicBool::new(false),
            carried: Default::default(),
            lost_packets: AtomicU64::default(),
            state: Mutex::new(State { quality, shut_out: BTreeSet::new() }),
        });
        let for_thread = Arc::clone(&shared);
        let mut ends = Ends { devices: [one, other], lanes: Default::default(), lot: fastrand::Rng::with_seed(seed) };
        let thread = std::thread::Builder::new().name("wire".to_owned()).spawn(move || {
            if let Err(why) = ends.carry(&for_thread) {
                log::error!("the wire broke: {why}");
            }
        })?;
        Ok(Some(Self(Arc::new(Laid { shared, thread: Some(thread) }))))
    }

    /// Cuts it: nothing goes through, what was under way included.
    pub fn cut(&self) {
        self.0.shared.is_cut.store(true, Ordering::Relaxed);
    }

    /// Mends it.
    pub fn mend(&self) {
        self.0.shared.is_cut.store(false, Ordering::Relaxed);
    }

    /// From now on it is as good as this.
    pub fn set_quality(&self, quality: Quality) {
        self.0.shared.lock().quality = quality;
    }

    /// Cuts it for one address alone.
    pub fn shut_out(&self, address: Ipv4Addr) {
        self.0.shared.lock().shut_out.insert(address);
    }

    /// Takes all addresses again.
    pub fn let_all_in(&self) {
        self.0.shared.lock().shut_out.clear();
    }

    /// What it did so far.
    pub fn carried(&self) -> Carried {
        let Shared { carried: [up, down], lost_packets, .. } = &*self.0.shared;
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Carried { up: read(up), down: read(down), lost_packets: read(lost_packets) }
    }
}

impl Drop for Laid {
    fn drop(&mut self) {
        self.shared.is_stopped.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was printed when it happened.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Settings can't be left in a state that means nothing.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A TUN device in a network; none where that is not permitted.
fn device(namespace: &Namespace) -> Result<Option<SyncDevice>> {
    // Without offload the kernel gives whole packets with their checksums, none longer than the MTU.
    let made = namespace.enter(|| Ok(DeviceBuilder::new().name("wire").build_sync()))?;
    match made {
        Ok(device) => Ok(Some(device)),
        Err(why) if matches!(why.kind(), ErrorKind::PermissionDenied | ErrorKind::NotFound) => Ok(None),
        // There is a file, and no driver behind it.
        Err(why) if why.raw_os_error() == Some(Errno::ENODEV as i32) => Ok(None),
        Err(why) => Err(why.into()),
    }
}

/// Both ends, and what is under way between them. Lane 0 goes from device 0 to device 1.
struct Ends {
    devices: [SyncDevice; 2],
    lanes: [Lane; 2],
    lot: fastrand::Rng,
}

#[derive(Default)]
struct Lane {
    /// When the last packet that was taken has left.
    free: Option<Instant>,
    /// Packets, each with its arrival.
    under_way: VecDeque<(Instant, Vec<u8>)>,
}

impl Ends {
    fn carry(&mut self, shared: &Shared) -> std::io::Result<()> {
        while !shared.is_stopped.load(Ordering::Relaxed) {
            self.deliver()?;
            for (from, is_ready) in self.wait()?.into_iter().enumerate() {
                if is_ready {
                    self.take(from, shared)?;
                }
            }
            if shared.is_cut.load(Ordering::Relaxed) {
                self.lanes.iter_mut().for_each(|lane| lane.under_way.clear());
            }
        }
        Ok(())
    }

    /// Waits until a packet comes or is due at its end.
    fn wait(&self) -> std::io::Result<[bool; 2]> {
        let due = self.lanes.iter().filter_map(|lane| lane.under_way.front()).map(|(due, _)| *due).min();
        let left = due.map_or(LOOK_EVERY, |due| due.saturating_duration_since(Instant::now()).min(LOOK_EVERY));
        // Rounded up: a thread that wakes too soon turns in circles.
        let timeout = u8::try_from(left.as_micros().div_ceil(1000)).unwrap_or(u8::MAX);
        let [one, other] = &self.devices;
        let mut polled = [one, other].map(|device| PollFd::new(device.as_fd(), PollFlags::POLLIN));
        match poll(&mut polled, PollTimeout::from(timeout)) {
            Ok(_) | Err(Errno::EINTR) => Ok(polled.map(|fd| fd.any().unwrap_or(false))),
            Err(why) => Err(why.into()),
        }
    }

    /// Takes one packet from a device, and decides what becomes of it.
    fn take(&mut self, from: usize, shared: &Shared) -> std::io::Result<()> {
        let mut packet = vec![0; 2048];
        // A device that was ready and has nothing: somebody took it down.
        let length = self.devices[from].recv(&mut packet)?;
        packet.truncate(length);
        let now = Instant::now();
        let quality = {
            let state = shared.lock();
            let is_shut_out = addresses(&packet).is_none_or(|both| both.iter().any(|one| state.shut_out.contains(one)));
            if is_shut_out || shared.is_cut.load(Ordering::Relaxed) {
                return Ok(());
            }
            state.quality
        };
        let lane = &mut self.lanes[from];
        let free = lane.free.unwrap_or(now).max(now);
        if free - now > BUFFER {
            return Ok(());
        }
        let bits = 8 * length as u64;
        let left = free + Duration::from_nanos(bits * 1_000_000_000 / quality.bits_per_second.max(1));
        lane.free = Some(left);
        shared.carried[from].fetch_add(length as u64, Ordering::Relaxed);
        if self.lot.u8(0..100) < quality.loss_percent {
            shared.lost_packets.fetch_add(1, Ordering::Relaxed);
        } else {
            lane.under_way.push_back((left + quality.delay, packet));
        }
        Ok(())
    }

    /// Gives the packets that are due to the devices where they go.
    fn deliver(&mut self) -> std::io::Result<()> {
        let now = Instant::now();
        for (from, lane) in self.lanes.iter_mut().enumerate() {
            while let Some((due, packet)) = lane.under_way.front()
                && *due <= now
            {
                self.devices[1 - from].send(packet)?;
                lane.under_way.pop_front();
            }
        }
        Ok(())
    }
}

/// Source and destination; none of what is not IPv4, which the wire does not carry: the kernel's own chatter.
fn addresses(packet: &[u8]) -> Option<[Ipv4Addr; 2]> {
    let (version, source, destination) = (packet.first()? >> 4, packet.get(12..16)?, packet.get(16..20)?);
    let address = |bytes: &[u8]| <[u8; 4]>::try_from(bytes).ok().map(Ipv4Addr::from);
    (version == 4).then_some([address(source)?, address(destination)?])
}
