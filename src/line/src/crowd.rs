//! Who is at the door and has not proved anything yet: how many may be, and who has to go.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv6Addr};

/// So many handshakes run at once.
pub(crate) const MAX_HANDSHAKES: usize = 64;
/// So many of them from one place.
pub(crate) const MAX_FROM_ONE: usize = 8;

/// Where somebody comes from, as far as it is hard to come from elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Source(IpAddr);

impl Source {
    /// One IPv4 address. Of IPv6 the first half: whoever has one address there has 2⁶⁴. Only link-local addresses all
    /// have the same first half, so they count whole.
    pub(crate) fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(v6) if !v6.is_unicast_link_local() => {
                Self(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64)).into())
            }
            other => Self(other),
        }
    }
}

/// Those at the door, the oldest first; `T` is how to find one of them again.
#[derive(Debug)]
pub(crate) struct Crowd<T> {
    waiting: VecDeque<(Source, T)>,
}

impl<T> Default for Crowd<T> {
    fn default() -> Self {
        Self { waiting: VecDeque::new() }
    }
}

impl<T> Crowd<T> {
    /// Makes room for one more from there, and says who has to go for it. The *oldest* goes, from the same place if that has
    /// too many: an honest handshake takes milliseconds, so who has stood there longest is hardly one, and a place with
    /// several kiosks behind one address is not shut out by another's silence.
    pub(crate) fn make_room(&mut self, source: Source) -> Option<T> {
        let from_there = self.waiting.iter().filter(|(from, _)| *from == source).count();
        let goes = if from_there >= MAX_FROM_ONE {
            self.waiting.iter().position(|(from, _)| *from == source)
        } else {
            (self.waiting.len() >= MAX_HANDSHAKES).then_some(0)
        };
        goes.and_then(|at| self.waiting.remove(at)).map(|(_, who)| who)
    }

    /// One more.
    pub(crate) fn add(&mut self, source: Source, who: T) {
        self.waiting.push_back((source, who));
    }

    /// Somebody is done.
    pub(crate) fn remove(&mut self, is_it: impl Fn(&T) -> bool) {
        self.waiting.retain(|(_, who)| !is_it(who));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(address: &str) -> Source {
        Source::of(address.parse().unwrap())
    }

    fn come(crowd: &mut Crowd<usize>, from: Source, who: usize) -> Option<usize> {
        let goes = crowd.make_room(from);
        crowd.add(from, who);
        goes
    }

    #[test]
    fn the_oldest_of_a_crowded_place_goes_and_nobody_elses() {
        let mut crowd = Crowd::default();
        come(&mut crowd, source("192.0.2.1"), 100);
        for who in 0..MAX_FROM_ONE {
            assert_eq!(come(&mut crowd, source("192.0.2.2"), who), None);
        }
        assert_eq!(come(&mut crowd, source("192.0.2.2"), 50), Some(0));
        crowd.remove(|who| *who == 1);
        assert_eq!(come(&mut crowd, source("192.0.2.2"), 51), None);
        assert_eq!(come(&mut crowd, source("192.0.2.2"), 52), Some(2));
    }

    #[test]
    fn the_oldest_of_all_goes_when_the_door_is_full() {
        let mut crowd = Crowd::default();
        for who in 0..MAX_HANDSHAKES {
            assert_eq!(come(&mut crowd, source(&format!("10.0.0.{who}")), who), None);
        }
        assert_eq!(come(&mut crowd, source("10.0.1.0"), 64), Some(0));
        assert_eq!(come(&mut crowd, source("10.0.1.1"), 65), Some(1));
    }

    #[test]
    fn places_are_told_apart_by_what_is_hard_to_change() {
        for (one, other, is_same) in [
            ("192.0.2.1", "192.0.2.2", false),
            ("192.0.2.1", "::ffff:192.0.2.1", true),
            ("2001:db8::1", "2001:db8::2:3:4:5", true),
            ("2001:db8::1", "2001:db8:0:1::1", false),
            ("fe80::1", "fe80::2", false),
        ] {
            assert_eq!(source(one) == source(other), is_same, "{one} {other}");
        }
    }
}
