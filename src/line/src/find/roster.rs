//! Who is in the room, as far as it is worth remembering. Everything here comes from anyone on the network.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr, SocketAddrV6};

use mdns_sd::{ResolvedService, ScopedIp, ServiceEvent};

use super::{Announcement, Found, Reach};

/// So many kiosks are remembered; a venue has a dozen.
const MAX_INSTANCES: usize = 256;
/// So many addresses of each.
const MAX_ADDRESSES: usize = 8;

/// Kiosks of the same group, with what was last told of them.
#[derive(Debug)]
pub(super) struct Roster {
    own: String,
    group: String,
    reach: Reach,
    known: BTreeMap<String, Vec<SocketAddr>>,
    /// Whether somebody was not remembered for lack of room.
    has_turned_away: bool,
}

/// Whether it is a name as kiosks make them.
pub(super) fn is_name(text: &str) -> bool {
    (1..=63).contains(&text.len()) && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

impl Roster {
    pub(super) fn new(announcement: &Announcement) -> Self {
        Self {
            own: announcement.instance.clone(),
            group: announcement.group.clone(),
            reach: announcement.reach,
            known: BTreeMap::new(),
            has_turned_away: false,
        }
    }

    /// What is new in this, if it concerns anybody here.
    pub(super) fn heard(&mut self, event: &ServiceEvent) -> Option<Found> {
        match event {
            ServiceEvent::ServiceResolved(service) => self.seen(service),
            ServiceEvent::ServiceRemoved(_, name) => self.gone(name),
            // Names without an address yet, and that the search goes on.
            _ => None,
        }
    }

    /// Whether somebody was turned away, and would not be now. Said once.
    pub(super) fn has_room_again(&mut self) -> bool {
        self.known.len() < MAX_INSTANCES && std::mem::take(&mut self.has_turned_away)
    }

    /// Somebody announced this.
    fn seen(&mut self, service: &ResolvedService) -> Option<Found> {
        let instance = self.other(&service.fullname)?;
        let is_ours = service.get_property_val("g") == Some(Some(self.group.as_bytes()));
        let addresses = if is_ours && service.port != 0 { self.addresses(service) } else { Vec::new() };
        if addresses.is_empty() {
            return self.forget(instance);
        }
        let is_new = !self.known.contains_key(instance);
        if is_new && self.known.len() >= MAX_INSTANCES {
            self.has_turned_away = true;
            return None;
        }
        let before = self.known.insert(instance.to_owned(), addresses.clone());
        (before.as_ref() != Some(&addresses)).then(|| Found::Here { instance: instance.to_owned(), addresses })
    }

    /// The daemon lost sight of this one.
    fn gone(&mut self, fullname: &str) -> Option<Found> {
        let instance = self.other(fullname)?;
        self.forget(instance)
    }

    /// Forgets all, and says so of each.
    pub(super) fn clear(&mut self) -> Vec<Found> {
        std::mem::take(&mut self.known).into_keys().map(|instance| Found::Gone { instance }).collect()
    }

    fn forget(&mut self, instance: &str) -> Option<Found> {
        self.known.remove(instance).map(|_| Found::Gone { instance: instance.to_owned() })
    }

    /// The name of another kiosk.
    fn other<'a>(&self, fullname: &'a str) -> Option<&'a str> {
        let (instance, _) = fullname.split_once('.')?;
        (is_name(instance) && instance != self.own).then_some(instance)
    }

    fn addresses(&self, service: &ResolvedService) -> Vec<SocketAddr> {
        let sorted: BTreeSet<SocketAddr> =
            service.addresses.iter().filter_map(|ip| self.address(ip, service.port)).collect();
        sorted.into_iter().take(MAX_ADDRESSES).collect()
    }

    /// Where to connect, if anybody can.
    fn address(&self, ip: &ScopedIp, port: u16) -> Option<SocketAddr> {
        let address = ip.to_ip_addr();
        let is_odd = address.is_unspecified() || address.is_multicast() || address == IpAddr::from([255; 4]);
        if is_odd || address.is_loopback() != (self.reach == Reach::ThisMachine) {
            return None;
        }
        match (address, ip) {
            // Without the interface, a link-local address says nothing: there is one such network on each.
            (IpAddr::V6(v6), ScopedIp::V6(scoped)) if v6.is_unicast_link_local() => {
                let scope = scoped.scope_id().index;
                (scope != 0).then(|| SocketAddrV6::new(v6, port, 0, scope).into())
            }
            _ => Some(SocketAddr::new(address, port)),
        }
    }
}

#[cfg(test)]
mod tests {
    use mdns_sd::ServiceInfo;

    use super::*;

    fn roster(reach: Reach) -> Roster {
        Roster::new(&Announcement { group: "9a".to_owned(), instance: "00ff".to_owned(), port: 1, reach })
    }

    fn service(instance: &str, addresses: &str, port: u16, txt: &[(&str, &str)]) -> ResolvedService {
        let host = "somebody.local.";
        ServiceInfo::new("_uketsuke._tcp.local.", instance, host, addresses, port, txt).unwrap().as_resolved_service()
    }

    const OURS: [(&str, &str); 1] = [("g", "9a")];

    #[test]
    fn only_what_is_new_is_told() {
        let mut roster = roster(Reach::Room);
        let instance = "ab".to_owned();
        let addresses = vec!["10.0.0.1:5".parse().unwrap()];
        let first = roster.seen(&service("ab", "10.0.0.1", 5, &OURS));
        assert_eq!(first, Some(Found::Here { instance: instance.clone(), addresses }));
        assert_eq!(roster.seen(&service("ab", "10.0.0.1", 5, &OURS)), None);
        assert!(matches!(roster.seen(&service("ab", "10.0.0.2", 5, &OURS)), Some(Found::Here { .. })));
        assert_eq!(roster.gone("ab._uketsuke._tcp.local."), Some(Found::Gone { instance: instance.clone() }));
        assert_eq!(roster.gone("ab._uketsuke._tcp.local."), None);
        roster.seen(&service("ab", "10.0.0.2", 5, &OURS));
        assert_eq!(roster.clear(), [Found::Gone { instance }]);
    }

    #[test]
    fn who_leaves_the_group_is_gone() {
        let mut roster = roster(Reach::Room);
        roster.seen(&service("ab", "10.0.0.1", 5, &OURS));
        let gone = roster.seen(&service("ab", "10.0.0.1", 5, &[("g", "9b")]));
        assert_eq!(gone, Some(Found::Gone { instance: "ab".to_owned() }));
    }

    #[test]
    fn what_no_kiosk_of_the_group_announces_is_ignored() {
        for (instance, addresses, port, txt) in [
            ("00ff", "10.0.0.1", 5, &OURS[..]),
            ("AB", "10.0.0.1", 5, &OURS),
            ("kitchen printer", "10.0.0.1", 5, &OURS),
            ("ab (2)", "10.0.0.1", 5, &OURS),
            ("", "10.0.0.1", 5, &OURS),
            (&"a".repeat(64), "10.0.0.1", 5, &OURS),
            ("ab", "10.0.0.1", 0, &OURS),
            ("ab", "10.0.0.1", 5, &[]),
            ("ab", "10.0.0.1", 5, &[("g", "9A")]),
            ("ab", "10.0.0.1", 5, &[("g", "")]),
            ("ab", "10.0.0.1", 5, &[("h", "9a")]),
            ("ab", "", 5, &OURS),
            ("ab", "127.0.0.1,0.0.0.0,224.0.0.1,255.255.255.255,::,::1,ff02::1", 5, &OURS),
            ("ab", "fe80::1", 5, &OURS),
        ] {
            assert_eq!(
                roster(Reach::Room).seen(&service(instance, addresses, port, txt)),
                None,
                "{instance} {addresses}"
            );
        }
        assert_eq!(roster(Reach::ThisMachine).seen(&service("ab", "10.0.0.1", 5, &OURS)), None);
    }

    #[test]
    fn what_is_remembered_has_a_limit() {
        let mut roster = roster(Reach::Room);
        let many: Vec<String> = (1..=20).map(|n| format!("10.0.0.{n}")).collect();
        let mut told = 0;
        for n in 0..1000 {
            if let Some(Found::Here { addresses, .. }) =
                roster.seen(&service(&format!("{n:04x}"), &many.join(","), 5, &OURS))
            {
                assert_eq!(addresses.len(), MAX_ADDRESSES);
                told += 1;
            }
        }
        // One of the thousand was this kiosk's own name.
        assert_eq!((told, roster.known.len()), (MAX_INSTANCES, MAX_INSTANCES));
        assert!(!roster.has_room_again());
        roster.gone("0001._uketsuke._tcp.local.");
        assert!(roster.has_room_again());
        assert!(!roster.has_room_again(), "said once");
        assert!(roster.seen(&service("ffff", "10.0.0.1", 5, &OURS)).is_some(), "there is room again");
    }
}
