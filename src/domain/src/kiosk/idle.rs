//! 待機: waiting for a voucher.

use super::{Asked, Effect, Kiosk, Query, Signal, State, Ticket};
use crate::code::read_scan;
use crate::record::{Value, field};
use crate::screen::{Acknowledged, KeypadTrouble, ReadTrouble, Trouble, WelcomeScreen};
use crate::time::{Day, Now};
use crate::verdict::{Known, Level};

/// Nothing is going on; the last read may have led nowhere.
#[derive(Clone, Debug, Default)]
pub(super) struct Idle {
    pub(super) trouble: Option<ReadTrouble>,
}

/// Failed reads in a row after which the keypad is offered.
const READS_UNTIL_KEYPAD: u32 = 2;

impl Idle {
    pub(super) fn screen(&self, kiosk: &Kiosk) -> WelcomeScreen {
        WelcomeScreen {
            venue: kiosk.venue_name(&kiosk.config.venue),
            station: kiosk.config.station,
            trouble: self.trouble.clone(),
            offer_keypad: kiosk.failed_reads >= READS_UNTIL_KEYPAD,
            recent: kiosk.recent_for_screen(),
        }
    }
}

impl Kiosk {
    /// The last acknowledged facts: not for visitors' eyes.
    pub(super) fn recent_for_screen(&self) -> Vec<Acknowledged> {
        if self.serves_itself() { Vec::new() } else { self.recent.clone() }
    }

    /// A new scan at once replaces the last person; only a write under way is waited for.
    pub(super) fn scan(&mut self, text: &str, effects: &mut Vec<Effect>) {
        if self.writing.is_some() {
            self.waiting_scan = Some(text.to_owned());
            return;
        }
        match read_scan(text) {
            Ok(scan) => {
                self.failed_reads = 0;
                let voucher = scan.coupon.voucher(self.config.municipality);
                let sticker = scan.coupon.sticker();
                let query = Query { voucher, short: sticker.is_none(), sticker, typed_birth: None };
                self.ask(query, effects);
            }
            Err(reason) => self.misread(ReadTrouble::NotAVoucher(reason), effects),
        }
    }

    pub(super) fn garbled(&mut self, effects: &mut Vec<Effect>) {
        if self.writing.is_none() {
            self.misread(ReadTrouble::Garbled, effects);
        }
    }

    fn misread(&mut self, trouble: ReadTrouble, effects: &mut Vec<Effect>) {
        self.failed_reads = self.failed_reads.saturating_add(1);
        self.asked = None;
        self.enter(State::Idle(Idle { trouble: Some(trouble) }), effects);
        effects.push(Effect::Signal(Signal::Misread));
    }

    pub(super) fn ask(&mut self, query: Query, effects: &mut Vec<Effect>) {
        let ticket = self.ticket();
        self.asked = Some(Asked { ticket, query });
        effects.push(Effect::LookUp { ticket, voucher: query.voucher, short: query.short });
    }

    pub(super) fn look_up_failed(&mut self, ticket: Ticket, effects: &mut Vec<Effect>) {
        if self.asked.take_if(|asked| asked.ticket == ticket).is_some() {
            self.enter(State::Idle(Idle { trouble: Some(ReadTrouble::Disk) }), effects);
            effects.push(Effect::Signal(Signal::Misread));
        }
    }

    pub(super) fn looked_up(&mut self, ticket: Ticket, known: Known, now: Now, effects: &mut Vec<Effect>) {
        let Some(Asked { query, .. }) = self.asked.take_if(|asked| asked.ticket == ticket) else { return };
        if birth_differs(&query, &known) {
            return self.keypad_refuses(KeypadTrouble::BirthDateDiffers, effects);
        }
        let purpose = self.purpose();
        let Some(subject) = self.judge(query, known, purpose) else {
            return self.enter(State::Trouble(Trouble::NoSettings), effects);
        };
        self.failed_reads = 0;
        self.present(subject, now, effects);
    }

    pub(super) fn signal_level(level: Level) -> Effect {
        Effect::Signal(match level {
            Level::Proceed => Signal::Proceed,
            Level::Attention => Signal::Attention,
            Level::Stop => Signal::Stop,
        })
    }
}

/// A typed number is only believed together with its birth date: one of the record's, or the card's.
fn birth_differs(query: &Query, known: &Known) -> bool {
    let texts = known.record.fields.get(field::BIRTH).into_iter().flatten().filter_map(Value::as_text);
    let mut held: Vec<Day> = texts.filter_map(Day::parse).collect();
    if held.is_empty() {
        held.extend(known.card.as_ref().and_then(|card| card.birth));
    }
    query.typed_birth.is_some_and(|typed| !held.is_empty() && !held.contains(&typed))
}
