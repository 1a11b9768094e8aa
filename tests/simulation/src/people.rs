//! People: who holds which voucher under which scanner, and what staff press then.

use uketsuke_domain::code::Voucher;
use uketsuke_domain::facts::{Draft, FactKind};
use uketsuke_domain::kiosk::{Effect, Event, RecordRequest, Ticket};
use uketsuke_domain::log::Ledger;
use uketsuke_domain::record::DocumentId;
use uketsuke_domain::screen::{NextStep, OverrideReason, Press, Screen};
use uketsuke_domain::verdict::OutcomeKind;
use uketsuke_replica::ReplicaError;
use uketsuke_replica::record::{Desk, Recorded, record};
use uketsuke_store::StoreError;

use crate::disk::Disk;
use crate::net::DeviceId;
use crate::world::{Break, Happens, World};

/// What is to be done with a voucher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// 受付.
    CheckIn,
    /// An outcome.
    Outcome(OutcomeKind),
}

/// What somebody came for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Errand {
    /// What is to be done.
    pub(crate) act: Act,
    /// Staff go on in spite of what the verdict says, where it lets them.
    pub(crate) stubborn: bool,
    /// Presses that are left.
    pub(crate) patience: u32,
}

/// The longest that staff look at a screen, in milliseconds.
const LOOK_MS: u64 = 4_000;

impl<S: Disk> World<S> {
    /// A voucher is held under a kiosk's scanner.
    pub(crate) fn serve(&mut self, id: DeviceId, voucher: &Voucher, errand: Errand) {
        self.feed(id, Event::Press(Press::Home));
        self.feed(id, Event::Scan(voucher.number.as_str().to_owned()));
        self.look(id, errand);
    }

    /// Staff look at the screen, and press after a while; meanwhile the disk may come to hold more than is shown.
    fn look(&mut self, id: DeviceId, errand: Errand) {
        if errand.patience > 0 {
            let after = self.now + self.dice.below(LOOK_MS);
            self.at(after, Happens::Press(id, Errand { patience: errand.patience - 1, ..errand }));
        }
    }

    /// Staff press what the screen offers, if it helps.
    pub(crate) fn press(&mut self, id: DeviceId, errand: Errand) {
        if let Some(press) = self.next_press(id, errand.act, errand.stubborn) {
            self.feed(id, Event::Press(press));
            self.look(id, errand);
        }
    }

    /// What staff press on the screen that is there.
    fn next_press(&self, id: DeviceId, act: Act, stubborn: bool) -> Option<Press> {
        match (self.screen(id)?, act) {
            (Screen::Verdict(verdict), Act::CheckIn) => match verdict.next {
                NextStep::CheckIn => Some(Press::CheckIn),
                NextStep::GoOn { .. } if stubborn => Some(Press::GoOn),
                _ => None,
            },
            (Screen::Verdict(verdict), Act::Outcome(_)) => match verdict.next {
                NextStep::ToOutcome => Some(Press::ToOutcome),
                _ if verdict.offers_outcome => Some(Press::ToOutcome),
                NextStep::GoOn { .. } if stubborn => Some(Press::GoOn),
                _ => None,
            },
            (Screen::Override(_), _) => Some(Press::Because(OverrideReason::ManagerDecided)),
            (Screen::Outcome(_), Act::Outcome(kind)) => Some(Press::Choose(kind)),
            (Screen::ReadBack(_), Act::Outcome(_)) => Some(Press::Confirm),
            _ => None,
        }
    }

    /// Feeds a kiosk one event and performs what follows.
    pub(crate) fn feed(&mut self, id: DeviceId, event: Event) {
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            let Some(device) = self.devices.get_mut(id) else { return };
            let now = device.now(self.now, self.base);
            let Some(kiosk) = device.running.as_mut().and_then(|running| running.kiosk.as_mut()) else { return };
            let effects = kiosk.handle(event, now);
            for effect in effects {
                match effect {
                    Effect::Show(view) => {
                        self.screens.insert(id, view.screen);
                    }
                    Effect::LookUp { ticket, voucher, short } => events.push(self.look_up(id, ticket, &voucher, short)),
                    Effect::Record { ticket, request } => events.extend(self.write(id, ticket, &request)),
                    // Nobody presses for the courier here: bundles come and go by themselves.
                    Effect::LoadReviews
                    | Effect::SaveBoard(_)
                    | Effect::Signal(_)
                    | Effect::Schedule { .. }
                    | Effect::FindSticks
                    | Effect::ListBundles { .. }
                    | Effect::CourierOut { .. }
                    | Effect::CourierIn { .. }
                    | Effect::StopCourier => {}
                }
            }
        }
    }

    fn look_up(&mut self, id: DeviceId, ticket: Ticket, voucher: &Voucher, short: bool) -> Event {
        let secret = self.card_secret;
        let storage = self.devices.get_mut(id).and_then(|device| device.storage_mut());
        let known = storage.map(|storage| storage.write(|tx| tx.known(voucher, short, &secret)));
        match known {
            Some(Ok(known)) => Event::LookedUp { ticket, known: Box::new(known) },
            _ => Event::LookUpFailed { ticket },
        }
    }

    /// None where the power went before the answer.
    fn write(&mut self, id: DeviceId, ticket: Ticket, request: &RecordRequest) -> Option<Event> {
        let secret = self.card_secret;
        let topic = self.devices.get(id)?.topic(&self.town);
        let node = &mut self.devices.get_mut(id)?.running.as_mut()?.hub.node;
        let identity = node.identity.clone();
        let desk = Desk { identity: &identity, topic: &topic, card_secret: &secret };
        let broken = self.broken;
        let mut request = request.clone();
        if broken == Some(Break::LastWriter) {
            supersede_everything(&mut node.storage, &mut request);
        }
        let request = &request;
        let is_dropped = |draft: &Draft| draft.kind == FactKind::PrescreenOnly;
        let drop = broken == Some(Break::DropKind) && request.drafts.iter().any(is_dropped);
        let mut dropped = None;
        let recorded: Result<Recorded, ReplicaError<StoreError>> = node.storage.write(|tx| {
            let recorded = record(desk, tx, request)?;
            if drop {
                dropped = Some(recorded);
                return Err(StoreError::Full.into());
            }
            Ok(recorded)
        });
        let recorded = dropped.map_or(recorded, Ok);
        match recorded {
            Ok(Recorded::Done(facts)) => {
                if self.cut_power_now(id) {
                    // Durable, and nobody was told.
                    return None;
                }
                self.acknowledge(id, request, &facts);
                self.spread_own(id, &topic);
                Some(Event::Recorded { ticket, facts })
            }
            Ok(Recorded::Changed(known)) => Some(Event::RecordChanged { ticket, known }),
            Err(_) if broken == Some(Break::AckBeforeCommit) => {
                self.pretend(id, request);
                Some(Event::RecordFailed { ticket })
            }
            Err(_) => {
                self.cut_power_now(id);
                Some(Event::RecordFailed { ticket })
            }
        }
    }
}

/// Broken on purpose: what is written takes the place of all that stands, seen or not.
fn supersede_everything<S: Disk>(storage: &mut S, request: &mut RecordRequest) {
    let facts = storage.record(DocumentId::visit(&request.voucher)).unwrap_or_default().facts;
    let hashes: Vec<_> =
        facts.iter().filter(|known| known.fact.kind != FactKind::Booked).map(|known| known.hash).collect();
    for draft in &mut request.drafts {
        draft.supersedes.clone_from(&hashes);
    }
}
