//! Verdicts of venue 001 on day 0.

use std::collections::BTreeMap;

use uketsuke_domain::facts::{ClockState, KnownFact};
use uketsuke_domain::ids::VenueNumber;
use uketsuke_domain::reference::Role;
use uketsuke_domain::verdict::{Context, Given, Known, Next, Purpose, Verdict, decide};

use super::{at, record, settings};

pub(crate) fn known(facts: &[KnownFact]) -> Known {
    Known { record: record(facts), ..Known::default() }
}

pub(crate) fn venues() -> BTreeMap<VenueNumber, String> {
    [("001".into(), "市民体育館".to_owned()), ("002".into(), "文化会館".to_owned())].into()
}

pub(crate) fn decided(known: &Known, purpose: Purpose) -> Verdict {
    let settings = &settings();
    let (venue, venue_names) = ("001".into(), venues());
    let now = at(0, 10, 0);
    let context = Context {
        settings,
        venue: &venue,
        venue_names: &venue_names,
        purpose,
        sticker: None,
        given: Given::default(),
        now,
        clock: ClockState::Trusted,
        data_as_of: Some(now),
    };
    decide(known, &context)
}

/// The codes of the reasons, in their order.
pub(crate) fn codes(verdict: &Verdict) -> Vec<&'static str> {
    verdict.reasons.iter().map(uketsuke_domain::verdict::Reason::code).collect()
}

pub(crate) fn at_entrance(facts: &[KnownFact]) -> Verdict {
    decided(&known(facts), Purpose::CheckIn)
}

pub(crate) fn at_desk(facts: &[KnownFact]) -> Verdict {
    decided(&known(facts), Purpose::Outcome)
}

/// Who may go on in spite of the verdict: the role, and whether it takes 管理者特別権限.
pub(crate) fn needed(verdict: &Verdict) -> Option<(Role, bool)> {
    let Next::Override(needed) = verdict.next else { return None };
    Some((needed.role, needed.special))
}
