//! What the status line says of the line to the centre.

use uketsuke_domain::kiosk::Event;
use uketsuke_domain::log::{Origin, Topic};
use uketsuke_domain::screen::Link as LinkState;
use uketsuke_domain::time::Moment;
use uketsuke_store::{Store, StoreError};

use super::LinkConfig;
use crate::clock;
use crate::driver::Input;

const AS_OF: &str = "data-as-of";
const CONFIRMED: &str = "confirmed";
/// What is remembered over a restart is written at most this often, in milliseconds.
const REMEMBER_MS: i64 = 20_000;

/// The line's state, as far as staff need it.
#[derive(Debug)]
pub struct Status {
    link: LinkState,
    confirmed: u64,
    own: u64,
    as_of: Option<Moment>,
    told: Option<(LinkState, u64, Option<Moment>)>,
    remembered: Moment,
    store: Option<Store>,
    topic: Option<Topic>,
    origin: Origin,
}

impl Status {
    /// What the disk remembers of the last time.
    pub(super) fn begin(config: &LinkConfig) -> Self {
        let store = config.keys.open(&config.folder).map_err(|why| log::error!("the link has no disk: {why}")).ok();
        let number = |key| {
            let bytes = store.as_ref()?.meta(key).ok()??;
            bytes.try_into().ok().map(u64::from_be_bytes)
        };
        let now = clock::wall();
        let mut status = Self {
            link: LinkState::Disconnected { since: now },
            confirmed: number(CONFIRMED).unwrap_or_default(),
            own: 0,
            as_of: number(AS_OF).map(|ms| Moment(ms.cast_signed())),
            told: None,
            remembered: now,
            topic: config.topics.last().cloned(),
            origin: config.keys.identity.origin(),
            store,
        };
        status.recount();
        status
    }

    /// Counts the own entries.
    pub(super) fn recount(&mut self) {
        if let (Some(store), Some(topic)) = (&self.store, &self.topic) {
            match store.vector(topic) {
                Ok(vector) => self.own = vector.get(&self.origin).copied().unwrap_or_default(),
                Err(why) => log::error!("own entries can't be counted: {why}"),
            }
        }
    }

    /// The conversation goes on: how much is held, and how far the centre holds what is ours.
    pub(super) fn progress(&mut self, progress: Option<(u64, u64)>, confirmed: u64, now: Moment) {
        self.confirmed = self.confirmed.max(confirmed);
        let Some((held, total)) = progress else { return };
        if held < total {
            self.link = LinkState::Receiving { held, total };
            return;
        }
        if !matches!(self.link, LinkState::Connected { .. }) {
            self.link = LinkState::Connected { since: now };
        }
        // To the minute: the status line says no more.
        self.as_of = Some(Moment(now.0 - now.0.rem_euclid(60_000)));
        if now.since_ms(self.remembered) > REMEMBER_MS {
            self.remember(now);
        }
    }

    /// The line is gone.
    pub(super) fn disconnected(&mut self, now: Moment) {
        if matches!(self.link, LinkState::Connected { .. } | LinkState::Receiving { .. }) {
            self.link = LinkState::Disconnected { since: now };
            self.remember(now);
        }
        self.recount();
    }

    /// Nobody answers: whatever the centre said before, it does not say it now.
    pub(super) fn unreachable(&mut self, now: Moment) {
        if matches!(self.link, LinkState::Refused { .. }) {
            self.link = LinkState::Disconnected { since: now };
        }
    }

    /// The centre refused this device, or answered what makes no sense.
    pub(super) fn refused(&mut self, now: Moment) {
        if !matches!(self.link, LinkState::Refused { .. }) {
            self.link = LinkState::Refused { since: now };
        }
    }

    /// Whether the line was open when it broke.
    pub(super) fn was_open(&self) -> bool {
        matches!(self.link, LinkState::Connected { .. } | LinkState::Receiving { .. })
    }

    fn remember(&mut self, now: Moment) {
        self.remembered = now;
        let (confirmed, as_of) = (self.confirmed, self.as_of);
        let Some(store) = &mut self.store else { return };
        let written = store.write(|tx| -> Result<(), StoreError> {
            tx.put_meta(CONFIRMED, &confirmed.to_be_bytes())?;
            if let Some(as_of) = as_of {
                tx.put_meta(AS_OF, &as_of.0.to_be_bytes())?;
            }
            Ok(())
        });
        if let Err(why) = written {
            log::error!("the line's state was not kept: {why}");
        }
    }

    /// Tells the kiosk, if there is anything new.
    pub(super) fn tell(&mut self, deliver: &(dyn Fn(Input) + Send)) {
        let (link, data_as_of) = (self.link, self.as_of);
        // A centre that holds more of this kiosk's entries than the kiosk does has another past: none of these are known
        // to be there.
        let unsent = self.own.checked_sub(self.confirmed).unwrap_or(self.own);
        if self.told.replace((link, unsent, data_as_of)) != Some((link, unsent, data_as_of)) {
            deliver(Input::Event(Event::Link { link, unsent, data_as_of }));
        }
    }
}
