//! Single words of the language of facts, and the parts of facts that the shared builders leave alone.

use uketsuke_domain::facts::{Body, Booked, FactKind, Irregular, Opaque, VoucherReplaced};
use uketsuke_domain::ids::FactHash;
use uketsuke_domain::reference::{Audience, DoseTarget};

use crate::common::{Make, voucher_of};

/// "10:30", in minutes after midnight.
pub(super) fn minute_of(text: &str) -> u16 {
    let (hour, minute) = text.split_once(':').unwrap_or_else(|| panic!("no time of day: {text}"));
    hour.parse::<u16>().unwrap() * 60 + minute.parse::<u16>().unwrap()
}

pub(super) fn audience_of(word: &str) -> Audience {
    match word {
        "大人用" => Audience::Adult,
        "小児用" => Audience::Child,
        word => panic!("for whom is {word}?"),
    }
}

pub(super) fn target_of(word: &str) -> DoseTarget {
    match word {
        "1-2回目" => DoseTarget::FirstAndSecond,
        "3回目" => DoseTarget::Third,
        "4回目" => DoseTarget::Fourth,
        word => panic!("which doses are {word}?"),
    }
}

/// The voucher has a new number, or took the place of an old one.
pub(super) fn replaced(by: Option<&str>, replaces: Option<&str>) -> Make {
    let body =
        VoucherReplaced { by: by.map(voucher_of), replaces: replaces.map(voucher_of), because: "紛失".to_owned() };
    Make::new(FactKind::VoucherReplaced, Body::VoucherReplaced(body)).without_booking()
}

/// A fact of a kind that only a newer version knows.
pub(super) fn unknown() -> Make {
    Make::new(FactKind::Unknown(900), Body::Opaque(Opaque(vec![0x80])))
}

#[expect(clippy::wildcard_enum_match_arm, reason = "only two kinds give a booking its place")]
pub(super) fn place_mut(body: &mut Body) -> Option<&mut Booked> {
    match body {
        Body::Booked(booked) => Some(booked),
        Body::Moved(moved) => Some(&mut moved.to),
        _ => None,
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the others override nothing")]
pub(super) fn set_overridden(body: &mut Body, codes: &[String]) {
    let read = |codes: &[String]| codes.iter().map(|code| code.as_str().into()).collect();
    match body {
        Body::CheckedIn(body) => body.overridden = read(codes),
        Body::Outcome(body) => body.overridden = read(codes),
        Body::Booked(body) if !codes.is_empty() => {
            body.irregular = Some(Irregular {
                what: vec!["said in the case".to_owned()],
                because: "会場の都合".to_owned(),
                special: true,
                overruled: read(codes),
            });
        }
        body => assert!(codes.is_empty(), "{body:?} overrides nothing"),
    }
}

pub(super) fn set_seen(body: &mut Body, seen: Vec<FactHash>) {
    let Body::Moved(moved) = body else { panic!("{body:?} moves nothing") };
    moved.seen = seen;
}

pub(super) fn set_by(body: &mut Body, by: Option<&str>) {
    let Some(by) = by else { return };
    let Body::Cancelled(body) = body else { panic!("{body:?} was asked for by nobody") };
    body.by = Some(by.to_owned());
}
