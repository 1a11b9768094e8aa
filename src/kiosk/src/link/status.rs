//! What the status line says of the lines.

use uketsuke_domain::kiosk::Event;
use uketsuke_domain::log::Topic;
use uketsuke_domain::screen::Link as LinkState;
use uketsuke_domain::time::Moment;
use uketsuke_line::LineError;
use uketsuke_replica::hub::Hub;
use uketsuke_store::{Store, StoreError};

use crate::clock;
use crate::driver::Input;

/// Where the disk remembers when the centre's data last was complete here.
pub(crate) const AS_OF: &str = "data-as-of";
/// What is remembered over a restart is written at most this often, in milliseconds.
const REMEMBER_MS: i64 = 20_000;

/// The lines' state, as far as staff need it.
#[derive(Debug)]
pub(super) struct Status {
    link: LinkState,
    as_of: Option<Moment>,
    told: Option<(LinkState, u64, Option<Moment>)>,
    remembered: Moment,
    topic: Topic,
}

impl Status {
    /// What the disk remembers of the last time.
    pub(super) fn begin(hub: &Hub<Store>, topic: &Topic) -> Self {
        let as_of = hub.node.storage.meta(AS_OF).ok().flatten();
        let as_of = as_of.and_then(|bytes| bytes.try_into().ok()).map(u64::from_be_bytes);
        let now = clock::wall();
        Self {
            link: LinkState::Disconnected { since: now },
            as_of: as_of.map(|ms| Moment(ms.cast_signed())),
            told: None,
            remembered: now,
            topic: topic.clone(),
        }
    }

    /// Nobody answers where the centre should be, or somebody else does.
    pub(super) fn unreachable(&mut self, now: Moment, why: &LineError) {
        match why {
            LineError::WrongKey | LineError::OtherProtocol | LineError::Tls(_) => self.refused(now),
            // Whatever the centre said before, it does not say it now.
            _ if matches!(self.link, LinkState::Refused { .. }) => self.link = LinkState::Disconnected { since: now },
            _ => {}
        }
    }

    /// The centre refused this device, or answered what makes no sense.
    pub(super) fn refused(&mut self, now: Moment) {
        if !matches!(self.link, LinkState::Refused { .. }) {
            self.link = LinkState::Refused { since: now };
        }
    }

    /// Looks at the lines, and tells the kiosk if there is anything new.
    pub(super) fn tell(&mut self, hub: &mut Hub<Store>, deliver: &(dyn Fn(Input) + Send)) {
        let now = clock::wall();
        self.look(hub, now);
        let unsent = match hub.unsent(&self.topic) {
            Ok(unsent) => unsent,
            Err(why) => {
                log::error!("own entries can't be counted: {why}");
                return;
            }
        };
        let told = (self.link, unsent, self.as_of);
        if self.told.replace(told) != Some(told) {
            let (link, unsent, data_as_of) = told;
            deliver(Input::Event(Event::Link { link, unsent, data_as_of }));
        }
    }

    fn look(&mut self, hub: &mut Hub<Store>, now: Moment) {
        let centre = hub.node.centre;
        let lines = hub.status();
        let line = lines.iter().find(|line| line.peer == centre && line.open);
        match line.map(|line| line.progress) {
            None => {
                if matches!(self.link, LinkState::Connected { .. } | LinkState::Receiving { .. }) {
                    self.link = LinkState::Disconnected { since: now };
                    self.remember(hub, now);
                }
            }
            Some(None) => {}
            Some(Some((held, total))) if held < total => self.link = LinkState::Receiving { held, total },
            Some(Some(_)) => {
                if !matches!(self.link, LinkState::Connected { .. }) {
                    self.link = LinkState::Connected { since: now };
                }
                // To the minute: the status line says no more.
                self.as_of = Some(Moment(now.0 - now.0.rem_euclid(60_000)));
                if now.since_ms(self.remembered) > REMEMBER_MS {
                    self.remember(hub, now);
                }
            }
        }
    }

    /// Over a restart the kiosk still says how old its data is.
    fn remember(&mut self, hub: &mut Hub<Store>, now: Moment) {
        self.remembered = now;
        let Some(as_of) = self.as_of else { return };
        let written = hub.node.storage.write(|tx| -> Result<(), StoreError> {
            tx.put_meta(AS_OF, &as_of.0.to_be_bytes())?;
            Ok(())
        });
        if let Err(why) = written {
            log::error!("the line's state was not kept: {why}");
        }
    }
}
