//! Random facts of one person that know of each other in random ways.

use proptest::prelude::*;
use uketsuke_domain::facts::{Body, FactKind, KnownFact, Opaque, Source, Weight};

use super::{
    Make, at, booked, cancelled, certificate, check_in, correction, filed, left, misfiled, moved, no_show, outcome,
    reinstated, reopened, replaced, resolved,
};

/// What one fact is made from.
type Seed = (u8, u8, i32, u8, u8, Vec<prop::sample::Index>, bool);

fn seed() -> impl Strategy<Value = Seed> {
    let named = prop::collection::vec(any::<prop::sample::Index>(), 0..3);
    (0u8..21, 0u8..4, -3i32..3, 1u8..4, any::<u8>(), named, any::<bool>())
}

/// Up to eleven facts, each naming some of those before it.
pub(crate) fn any_facts() -> impl Strategy<Value = Vec<KnownFact>> {
    prop::collection::vec(seed(), 1..12).prop_map(|seeds| {
        let mut facts: Vec<KnownFact> = Vec::new();
        for (place, seed) in seeds.into_iter().enumerate() {
            let fact = make(&seed, &facts).id(u8::try_from(place).unwrap_or_default());
            facts.push(fact);
        }
        facts
    })
}

fn make((what, place, offset, dose, odd, named, flag): &Seed, before: &[KnownFact]) -> Make {
    let named: Vec<&KnownFact> =
        named.iter().filter(|_| !before.is_empty()).map(|index| &before[index.index(before.len())]).collect();
    let given = |kind| outcome(kind, *offset, *dose);
    let made = match what {
        0 => booked(*offset).dose(*dose),
        1 => cancelled(),
        2 | 3 => check_in().at(at(*offset, 10, 0)),
        4 | 5 => given(FactKind::Vaccinated),
        6 => given(FactKind::PrescreenOnly),
        7 => named.first().map_or_else(check_in, |first| reopened(first)),
        8 => correction(&named, flag.then(|| given(FactKind::Vaccinated))),
        9 => correction(&named, flag.then(|| given(FactKind::PrescreenOnly))),
        10 => resolved(&named, if *flag { named.get(..1).unwrap_or_default() } else { &[] }),
        12 => left().at(at(*offset, 11, 0)),
        13 => no_show(),
        14 => reinstated(&named),
        15 => moved(*offset, &named),
        16 => named.first().map_or_else(check_in, |first| misfiled(first, odd % 3)),
        17 => filed(&given(FactKind::Vaccinated), odd % 3),
        18 => filed(&check_in(), odd % 3),
        19 => certificate(&named),
        20 => replaced(*flag).at(at(*offset, 8, 0)),
        _ => {
            let kind = if *flag { FactKind::Unknown(900) } else { FactKind::Observation };
            Make::new(kind, Body::Opaque(Opaque(vec![*odd]))).supersedes(&named).with(|fact| fact.weight = Weight::Note)
        }
    };
    let made = match place {
        0 => made.booking("B2"),
        1 if *what != 0 => made.without_booking(),
        _ => made,
    };
    let overrides = matches!(made.0.kind, FactKind::CheckedIn | FactKind::Vaccinated) && odd.is_multiple_of(8);
    let made = if overrides { made.overridden("interval-too-short") } else { made };
    made.with(|fact| {
        if odd.is_multiple_of(5) {
            fact.stamp.source = Source::Import;
        }
    })
}

/// The same facts in another order, some of them twice.
pub(crate) fn shuffled() -> impl Strategy<Value = (Vec<KnownFact>, Vec<KnownFact>)> {
    any_facts().prop_flat_map(|facts| {
        let twice = facts.iter().cloned().chain(facts.iter().take(3).cloned()).collect::<Vec<_>>();
        (Just(facts), Just(twice).prop_shuffle())
    })
}
