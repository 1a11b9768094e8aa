//! What was recorded: shown only after the commit.

use super::{Kiosk, Subject};
use crate::screen::{DoneScreen, Recorded};

/// A fact is durable.
#[derive(Clone, Debug)]
pub(super) struct Done {
    pub(super) subject: Subject,
    pub(super) recorded: Recorded,
}

impl Done {
    pub(super) fn screen(&self, kiosk: &Kiosk) -> DoneScreen {
        let mut recorded = self.recorded.clone();
        if kiosk.serves_itself() {
            recorded.fact.kana = None;
        }
        DoneScreen { person: kiosk.person_card(&self.subject), recorded, recent: kiosk.recent_for_screen() }
    }
}
