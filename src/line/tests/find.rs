//! Kiosks find each other, in rooms that the test builds: network namespaces, joined by a cable that is plugged in and
//! pulled. Where those are not permitted, it says so and tests nothing.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

mod common;

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::os::unix::fs::MetadataExt;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use common::{PATIENCE, key, limits, public, soon};
use mdns_sd::{IfKind, ServiceDaemon, ServiceInfo};
use nix::sched::{CloneFlags, setns};
use uketsuke_line::{Announcement, FindError, Finder, Found, Listener, Reach, dial_any};

fn ip(arguments: &str) -> bool {
    Command::new("ip").args(arguments.split(' ')).output().is_ok_and(|output| output.status.success())
}

/// A network of its own, with nothing in it.
struct Room(String);

impl Room {
    fn new() -> Option<Self> {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("uketsuke{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let made = ip(&format!("netns add {name}")).then(|| Self(name));
        if made.is_none() {
            println!("SKIPPED: network namespaces are not permitted here");
        }
        made
    }

    fn ip(&self, arguments: &str) {
        assert!(ip(&format!("-n {} {arguments}", self.0)), "ip {arguments}");
    }

    fn path(&self) -> String {
        format!("/run/netns/{}", self.0)
    }

    /// Does it in the room. Threads that it starts stay there.
    fn enter<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        let inside = || {
            setns(File::open(self.path()).unwrap(), CloneFlags::CLONE_NEWNET).unwrap();
            work()
        };
        std::thread::scope(|scope| scope.spawn(inside).join().unwrap())
    }

    fn find(&self, announcement: Announcement) -> (Finder, Receiver<Found>) {
        let (deliver, found) = channel();
        // Whoever no longer listens is not told.
        let deliver = move |news| drop(deliver.send(news));
        (self.enter(|| Finder::start(announcement, deliver).unwrap()), found)
    }

    /// Waits until there are so many threads of finders in the room. A daemon says that it has ended, and then ends.
    fn has_threads(&self, expected: usize) {
        let deadline = Instant::now() + PATIENCE;
        while self.threads() != expected {
            assert!(Instant::now() < deadline, "{} threads", self.threads());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn threads(&self) -> usize {
        let room = std::fs::metadata(self.path()).unwrap().ino();
        let is_here = |thread: &std::path::Path| {
            let net = std::fs::metadata(thread.join("ns/net")).map(|net| net.ino());
            let name = std::fs::read_to_string(thread.join("comm")).unwrap_or_default();
            net.is_ok_and(|net| net == room) && matches!(name.trim(), "finder" | "mDNS_daemon")
        };
        std::fs::read_dir("/proc/self/task").unwrap().filter(|thread| is_here(&thread.as_ref().unwrap().path())).count()
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        ip(&format!("netns delete {}", self.0));
    }
}

fn announcement(instance: &str, group: &str, reach: Reach) -> Announcement {
    Announcement { group: group.to_owned(), instance: instance.to_owned(), port: 7700, reach }
}

/// The first news that fits; others before it are passed over.
fn until(news: &Receiver<Found>, fits: impl Fn(&Found) -> bool) -> Found {
    loop {
        let found = news.recv_timeout(PATIENCE).unwrap();
        if fits(&found) {
            return found;
        }
    }
}

fn is_here(found: &Found, who: &str) -> bool {
    matches!(found, Found::Here { instance, .. } if instance == who)
}

fn is_gone(found: &Found, who: &str) -> bool {
    matches!(found, Found::Gone { instance } if instance == who)
}

#[test]
fn kiosks_of_one_group_find_each_other_and_hear_the_goodbye() {
    let Some(room) = Room::new() else { return };
    room.ip("link set lo up");
    let (one, news_of_one) = room.find(announcement("0a", "99", Reach::ThisMachine));
    let (other, news_of_other) = room.find(announcement("0b", "99", Reach::ThisMachine));
    let (stranger, news_of_stranger) = room.find(announcement("0c", "98", Reach::ThisMachine));
    let addresses = vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 7700))];
    let first = news_of_one.recv_timeout(PATIENCE).unwrap();
    assert_eq!(first, Found::Here { instance: "0b".to_owned(), addresses });
    until(&news_of_other, |found| is_here(found, "0a"));
    room.has_threads(6);
    drop(other);
    assert_eq!(news_of_one.recv_timeout(PATIENCE).unwrap(), Found::Gone { instance: "0b".to_owned() });
    drop((one, stranger));
    room.has_threads(0);
    assert_eq!(news_of_stranger.try_iter().count(), 0);
}

/// Plugs a cable into both rooms.
fn join(here: &Room, there: &Room) {
    here.ip(&format!("link add cable type veth peer name cable netns {}", there.0));
    for room in [here, there] {
        room.ip("link set cable up");
    }
}

fn addresses(found: Found) -> Vec<SocketAddr> {
    match found {
        Found::Here { addresses, .. } => addresses,
        Found::Gone { instance } => panic!("{instance} is gone"),
    }
}

#[test]
fn a_network_may_come_later_and_go_and_come_back_with_other_addresses() {
    let (Some(here), Some(there)) = (Room::new(), Room::new()) else { return };
    let (finder, news) = here.find(announcement("0a", "99", Reach::Room));
    let (other, _) = there.find(announcement("0b", "99", Reach::Room));
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(news.try_iter().count(), 0, "there is no network");

    join(&here, &there);
    here.ip("addr add 10.77.0.1/24 dev cable");
    there.ip("addr add 10.77.0.2/24 dev cable");
    let has = |found: &Found, address: &str| match found {
        Found::Here { addresses, .. } => addresses.contains(&address.parse().unwrap()),
        Found::Gone { .. } => false,
    };
    until(&news, |found| has(found, "10.77.0.2:7700"));

    here.ip("link set cable down");
    there.ip("addr del 10.77.0.2/24 dev cable");
    there.ip("addr add 10.77.0.3/24 dev cable");
    here.ip("link set cable up");
    until(&news, |found| has(found, "10.77.0.3:7700"));
    drop(other);
    until(&news, |found| is_gone(found, "0b"));
    drop(finder);
    here.has_threads(0);
    there.has_threads(0);
}

#[test]
fn without_a_router_what_was_found_leads_there_all_the_same() {
    let (Some(here), Some(there)) = (Room::new(), Room::new()) else { return };
    join(&here, &there);
    let (finder, news) = here.find(announcement("0a", "99", Reach::Room));
    let (other, _) = there.find(announcement("0b", "99", Reach::Room));
    let found = addresses(until(&news, |found| is_here(found, "0b")));
    let is_scoped = |address: &SocketAddr| match address {
        SocketAddr::V6(v6) => v6.ip().is_unicast_link_local() && v6.scope_id() != 0,
        SocketAddr::V4(_) => false,
    };
    assert!(!found.is_empty() && found.iter().all(is_scoped), "{found:?}");

    let (ready, is_ready) = channel();
    let accept = async {
        let mut listener = Listener::bind("[::]:7700".parse().unwrap(), &key(2), limits()).await.unwrap();
        ready.send(()).unwrap();
        soon(listener.accept()).await.peer()
    };
    let accepted = std::thread::scope(|scope| {
        let accepting = scope.spawn(|| there.enter(|| block_on(accept)));
        is_ready.recv_timeout(PATIENCE).unwrap();
        here.enter(|| {
            block_on(async {
                let line = soon(dial_any(&found, &key(1), Some(public(2)), limits())).await;
                assert_eq!(line.unwrap().peer(), public(2));
            });
        });
        accepting.join().unwrap()
    });
    assert_eq!(accepted, public(1));
    drop((finder, other));
}

#[test]
fn hostile_answers_do_not_end_the_search() {
    let Some(room) = Room::new() else { return };
    room.ip("link set lo up");
    let (finder, news) = room.find(announcement("0a", "99", Reach::ThisMachine));
    let crowd = room.enter(|| {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        for seed in 0..2000usize {
            let mut packet: Vec<u8> =
                (0..seed % 300).map(|at| u8::try_from((seed * 7919 + at * at * 31) % 256).unwrap()).collect();
            // Half of them look like an answer at first.
            if seed % 2 == 0 && packet.len() > 12 {
                packet[2..12].copy_from_slice(&[0x84, 0, 0, 0, 0, 200, 0, 200, 0, 200]);
            }
            socket.send_to(&packet, "224.0.0.251:5353").unwrap();
        }
        let daemon = ServiceDaemon::new().unwrap();
        daemon.disable_interface(IfKind::All).unwrap();
        daemon.enable_interface(IfKind::LoopbackV4).unwrap();
        daemon
    });
    // Twenty addresses each; names, groups and ports that no kiosk has.
    let twenty: Vec<String> = (1..=20).map(|n| format!("127.0.1.{n}")).collect();
    let crew = [
        ("KITCHEN", "99", 7701),
        ("two three", "99", 7701),
        ("00 (2)", "99", 7701),
        ("dd", "\u{fffd}\u{0}", 7701),
        ("de", "", 7701),
        ("df", "99", 0),
        ("bad0", "99", 7701),
    ];
    for (instance, group, port) in crew {
        let (host, text) = (format!("{instance}.local."), [("g", group)]);
        let made = ServiceInfo::new("_uketsuke._tcp.local.", instance, &host, &twenty.join(",")[..], port, &text[..]);
        let mut service = made.unwrap();
        service.set_requires_probe(false);
        crowd.register(service).unwrap();
    }
    let first = news.recv_timeout(PATIENCE).unwrap();
    assert!(is_here(&first, "bad0"), "{first:?}");
    assert_eq!(addresses(first).len(), 8);
    let (other, _) = room.find(announcement("0b", "99", Reach::ThisMachine));
    let second = news.recv_timeout(PATIENCE).unwrap();
    assert!(is_here(&second, "0b"), "{second:?}");
    crowd.shutdown().unwrap().recv_timeout(PATIENCE).unwrap();
    drop((finder, other));
    room.has_threads(0);
}

#[test]
fn a_finder_may_be_dropped_at_once_and_by_its_own_news() {
    let Some(room) = Room::new() else { return };
    room.ip("link set lo up");
    for _ in 0..20 {
        drop(room.find(announcement("0a", "99", Reach::ThisMachine)));
    }
    let held = std::sync::Arc::new(std::sync::Mutex::new(None::<Finder>));
    let (for_news, (done, is_done)) = (std::sync::Arc::clone(&held), channel());
    let drops_itself = move |_| {
        drop(for_news.lock().unwrap().take());
        done.send(()).unwrap();
    };
    let finder = room.enter(|| Finder::start(announcement("0b", "99", Reach::ThisMachine), drops_itself).unwrap());
    *held.lock().unwrap() = Some(finder);
    let (other, _) = room.find(announcement("0c", "99", Reach::ThisMachine));
    is_done.recv_timeout(PATIENCE).unwrap();
    drop(other);
}

#[test]
fn what_says_too_much_is_not_announced() {
    for (instance, group, port) in
        [("kiosk-1", "99", 1), ("", "99", 1), ("0a", "venue 3", 1), ("0a", "", 1), ("0a", "99", 0)]
    {
        let reach = Reach::ThisMachine;
        let announcement = Announcement { group: group.to_owned(), instance: instance.to_owned(), port, reach };
        assert!(matches!(Finder::start(announcement, drop), Err(FindError::BadAnnouncement)));
    }
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}
