//! What devices and the centre write about two people, to be taken in in any order.

use uketsuke_domain::facts::FactKind;
use uketsuke_domain::log::{Control, Cuts, Entry, EntryKind, Log, Origin, Tip, Topic};
use uketsuke_domain::record::DocumentId;
use uketsuke_sync::author::Author;
use uketsuke_sync::identity::Identity;

use super::{Dice, Memory, VISIT, carried, centre, document, edits, enrolled, fact, say, topic, venue_topic};

pub(crate) const DEVICE: u8 = 3;
pub(crate) const OTHER: u8 = 4;

/// What the story's devices write in.
pub(crate) fn venue() -> Topic {
    venue_topic("1")
}

/// Three writers: two starts of one device, and another device, each hearing of the others now and then.
pub(crate) fn writers() -> [Identity; 3] {
    [enrolled(DEVICE, 1, &venue()), enrolled(DEVICE, 2, &venue()), enrolled(OTHER, 1, &venue())]
}

pub(crate) fn documents() -> [DocumentId; 2] {
    [document("a"), document("b")]
}

/// The logs of the writers after so many acts: facts, and edits that build on one another.
pub(crate) fn written(acts: usize, dice: &mut Dice) -> Vec<Vec<Entry>> {
    let writers = writers();
    let mut logs = vec![Memory::kiosk(); writers.len()];
    for act in 0..acts {
        let who = dice.below(writers.len());
        let about = documents()[dice.below(2)];
        match dice.below(3) {
            0 => {
                let kind = [FactKind::CheckedIn, FactKind::Vaccinated][dice.below(2)];
                let fact = fact(dice.bytes(), kind, i64::try_from(act).unwrap(), Vec::new());
                Author::new(&writers[who], &mut logs[who]).fact(&venue(), (VISIT, about), &fact).unwrap();
            }
            1 => {
                let edits = edits(&[(["name", "kana"][dice.below(2)], ["a", "b", "c"][dice.below(3)])]);
                Author::new(&writers[who], &mut logs[who]).fields(&venue(), (VISIT, about), &edits).unwrap();
            }
            _ => {
                let other = logs[dice.below(writers.len())].clone();
                logs[who].hear(&other);
            }
        }
    }
    let chains = writers.iter().zip(&logs).map(|(writer, log)| log.chain(&venue(), writer.origin()));
    chains.filter(|chain| !chain.is_empty()).collect()
}

/// The centre carries some of it into the municipality's topic.
pub(crate) fn carry(chains: &[Vec<Entry>], dice: &mut Dice) -> Memory {
    let mut log = Memory::centre();
    Author::new(&centre(), &mut log)
        .card(&topic(), super::key_of(0), uketsuke_domain::reference::Card::default())
        .unwrap();
    for chain in chains {
        for at in 1..chain.len() {
            if dice.below(3) == 0 {
                let Ok(tip) = log.tip(&topic(), &centre().origin());
                let body = carried(&chain[at], Some(&chain[at - 1]));
                let entry = uketsuke_sync::entry::seal(&centre(), &topic(), tip, EntryKind::Carried, body);
                log.take(&topic(), entry.origin, entry.number, vec![entry.into()]);
            }
        }
    }
    log
}

/// Words that revoke the device, each with cuts of its own. Chains that a word does not name have none.
pub(crate) fn revoke(log: &mut Memory, chains: &[Vec<Entry>], words: usize, dice: &mut Dice) -> Vec<Cuts> {
    let mut said = Vec::new();
    for word in 0..words {
        let mut cuts = Cuts::new();
        for chain in chains.iter().filter(|chain| chain[0].origin.key() == writers()[0].public_key()) {
            let number = dice.below(chain.len() + 1);
            if let Some(before) = number.checked_sub(1) {
                cuts.insert((venue(), chain[0].origin), super::tip_of(&chain[before]));
            }
        }
        let because = ["紛失", "盗難", "廃棄"][dice.below(3)].to_owned();
        let key = writers()[0].public_key();
        say(log, &topic(), Control::Revoked { key, cuts: cuts.clone(), because, lost: word == 1 });
        said.push(cuts);
    }
    said
}

/// The furthest cut of each chain over all words.
pub(crate) fn furthest(words: &[Cuts], origin: Origin) -> u64 {
    let cuts = words.iter().filter_map(|cuts| cuts.get(&(venue(), origin)));
    cuts.map(|tip: &Tip| tip.number).max().unwrap_or(0)
}
