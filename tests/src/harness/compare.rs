//! Whether replicas agree: read from their files, after they have come to rest.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Result;
use uketsuke_domain::code::Municipality;
use uketsuke_domain::fold::fold;
use uketsuke_domain::ids::{FactHash, VenueNumber};
use uketsuke_domain::log::{Topic, Vector};
use uketsuke_domain::record::DocumentId;
use uketsuke_kiosk::keeper::Keys;
use uketsuke_store::{Key, Options, Store};

/// How far replicas agree about a venue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// All hold the same entries of the venue's topic.
    pub same_vectors: bool,
    /// Every kiosk holds, of every person that it knows, exactly the facts that the centre holds.
    pub same_facts: bool,
    /// Every person folds to the same on all of them.
    pub same_folds: bool,
    /// Facts that were compared.
    pub facts: usize,
}

impl Agreement {
    /// Whether they agree in everything.
    pub fn is_whole(&self) -> bool {
        self.same_vectors && self.same_facts && self.same_folds
    }
}

type Facts = BTreeMap<DocumentId, BTreeSet<FactHash>>;

/// Compares a centre's folder with kiosks' folders.
pub fn agreement(centre: &Path, kiosks: &[&Path]) -> Result<Agreement> {
    let key = Key::read(&centre.join("database.key"))?;
    let centre = Store::open(&centre.join("center.db"), &key, Options { track_places: true, ..Options::default() })?;
    let topic = Topic::venue(Municipality::parse("132080")?, &VenueNumber("001".to_owned()));
    let (vector, of_centre): (Vector, Facts) = (centre.vector(&topic)?, facts(&centre)?);
    let mut agreement = Agreement { same_vectors: true, same_facts: true, same_folds: true, facts: 0 };
    for folder in kiosks {
        let config = uketsuke_kiosk::config::Config::read(folder)?;
        let kiosk = Keys::read(folder, config.centre_key, [0; 32], 0)?.open(folder)?;
        agreement.same_vectors &= kiosk.vector(&topic)? == vector;
        for (document, held) in facts(&kiosk)? {
            agreement.facts += held.len();
            agreement.same_facts &= of_centre.get(&document) == Some(&held);
            let folded = |store: &Store| Ok::<_, anyhow::Error>(fold(&store.record(document)?, store.settings()));
            agreement.same_folds &= folded(&kiosk)? == folded(&centre)?;
        }
    }
    Ok(agreement)
}

fn facts(store: &Store) -> Result<Facts> {
    let mut found = Facts::new();
    store.each_fact(|document, fact| -> Result<()> {
        found.entry(document).or_default().insert(fact.hash);
        Ok(())
    })?;
    Ok(found)
}
