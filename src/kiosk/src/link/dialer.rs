//! Whom to dial, and when again.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;
use uketsuke_line::Place;

/// The first wait before dialling again; it doubles up to the longest.
const FIRST_WAIT: Duration = Duration::from_millis(250);
/// The longest wait, without the jitter of up to half of it.
const LONGEST_WAIT: Duration = Duration::from_secs(15);

/// Somebody to be dialled.
#[derive(Debug)]
struct Target {
    place: Place,
    expected: Option<[u8; 32]>,
    /// Whose key was found there.
    key: Option<[u8; 32]>,
    /// The line that was dialled there.
    line: Option<u64>,
    under_way: bool,
    wait: Duration,
    next: Instant,
}

/// All who are to be dialled. The centre is number 0.
#[derive(Debug)]
pub(super) struct Dialer {
    targets: BTreeMap<u64, Target>,
    by_name: BTreeMap<String, u64>,
    numbered: u64,
}

/// The centre's number.
pub(super) const CENTRE: u64 = 0;

impl Dialer {
    /// The centre, and peers that are known by address.
    pub(super) fn new(centre: &str, centre_key: [u8; 32], peers: &[String]) -> Self {
        let mut dialer = Self { targets: BTreeMap::new(), by_name: BTreeMap::new(), numbered: CENTRE };
        dialer.targets.insert(CENTRE, target(Place::Name(centre.to_owned()), Some(centre_key)));
        for peer in peers {
            dialer.add(peer, Place::Name(peer.clone()), Duration::ZERO);
        }
        dialer
    }

    /// Somebody to be dialled, for the first time after a while.
    pub(super) fn add(&mut self, name: &str, place: Place, after: Duration) {
        if let Some(target) = self.by_name.get(name).and_then(|number| self.targets.get_mut(number)) {
            target.place = place;
            return;
        }
        self.numbered += 1;
        self.by_name.insert(name.to_owned(), self.numbered);
        let target = Target { next: Instant::now() + after, ..target(place, None) };
        self.targets.insert(self.numbered, target);
    }

    /// Nobody is there any more.
    pub(super) fn remove(&mut self, name: &str) {
        if let Some(number) = self.by_name.remove(name) {
            self.targets.remove(&number);
        }
    }

    /// Who is to be dialled now. `has` tells whether there is a line to a key already.
    pub(super) fn due(
        &mut self,
        may_dial_centre: bool,
        has: impl Fn(&[u8; 32]) -> bool,
    ) -> Vec<(u64, Place, Option<[u8; 32]>)> {
        let now = Instant::now();
        let mut due = Vec::new();
        for (number, target) in &mut self.targets {
            let rests = target.under_way || target.line.is_some() || target.next > now;
            let held_back = *number == CENTRE && !may_dial_centre;
            if rests || held_back || target.key.is_some_and(|key| has(&key)) {
                continue;
            }
            target.under_way = true;
            due.push((*number, target.place.clone(), target.expected));
        }
        due
    }

    /// A line is up to whom was dialled.
    pub(super) fn connected(&mut self, attempt: u64, line: u64, peer: [u8; 32]) {
        if let Some(target) = self.targets.get_mut(&attempt) {
            (target.under_way, target.line, target.key) = (false, Some(line), Some(peer));
        }
    }

    /// Nobody answered.
    pub(super) fn failed(&mut self, attempt: u64) {
        if let Some(target) = self.targets.get_mut(&attempt) {
            target.under_way = false;
            target.again();
        }
    }

    /// A line is gone. Where it had been of use, the next one is dialled soon.
    pub(super) fn gone(&mut self, line: u64, was_open: bool) {
        for target in self.targets.values_mut().filter(|target| target.line == Some(line)) {
            target.line = None;
            if was_open {
                target.wait = FIRST_WAIT;
            }
            target.again();
        }
    }

    /// Whether a line is the one to the centre.
    pub(super) fn is_centre(&self, line: u64) -> bool {
        self.targets.get(&CENTRE).is_some_and(|target| target.line == Some(line))
    }
}

fn target(place: Place, expected: Option<[u8; 32]>) -> Target {
    Target { place, expected, key: None, line: None, under_way: false, wait: FIRST_WAIT, next: Instant::now() }
}

impl Target {
    fn again(&mut self) {
        self.next = Instant::now() + jittered(self.wait);
        self.wait = (self.wait * 2).min(LONGEST_WAIT);
    }
}

/// Up to half longer, so that thirty kiosks do not knock at one moment.
fn jittered(wait: Duration) -> Duration {
    let mut byte = [0; 1];
    // Without randomness there is no jitter, which harms nobody.
    let _ = getrandom::fill(&mut byte);
    wait + wait * u32::from(byte[0]) / 512
}
