//! Puts a kiosk together from its folder.

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use anyhow::{Context, Result};
use uketsuke_domain::kiosk::{Event, Kiosk};
use uketsuke_domain::log::Topic;
use uketsuke_domain::screen::{ScannerState, Trouble, View};
use uketsuke_hardware::scanner::SerialScanner;
use uketsuke_store::{KeyError, StoreError};

use crate::config::Config;
use crate::courier::Porter;
use crate::driver::{Driver, Input, Others};
use crate::keeper::{Keeper, Keys};
use crate::link::{Link, LinkConfig};
use crate::{clock, scanner};

/// A running kiosk without its face.
#[derive(Debug)]
pub struct Running {
    /// Sends to the driver.
    pub inputs: Sender<Input>,
    driver: Option<JoinHandle<()>>,
    _scanner: Option<SerialScanner>,
    _link: Option<Link>,
    _porter: Option<Porter>,
}

impl Running {
    /// Stops the driver and waits until its last write is done.
    pub fn stop(mut self) {
        // A driver that has ended already has nobody to tell.
        let _ = self.inputs.send(Input::Stop);
        if let Some(driver) = self.driver.take()
            && driver.join().is_err()
        {
            log::error!("the driver had ended in a panic");
        }
    }
}

/// Starts the kiosk of a folder. What can't be opened is a screen, not a silent end.
///
/// # Errors
/// When there is no configuration, or no thread can be had.
pub fn start(folder: &Path, show: impl FnMut(View) + Send + 'static) -> Result<Running> {
    let config = Config::read(folder)?;
    let (inputs, receiver) = channel();
    let kiosk = Kiosk::new(config.kiosk(), clock::now());
    match open(folder, &config) {
        Err(trouble) => {
            let driver = std::thread::Builder::new()
                .name("driver".to_owned())
                .spawn(move || show_trouble(kiosk, trouble, show, &receiver))?;
            Ok(Running { inputs, driver: Some(driver), _scanner: None, _link: None, _porter: None })
        }
        Ok((keys, store)) => start_whole(folder, &config, kiosk, (keys, store), show, inputs, receiver),
    }
}

fn start_whole(
    folder: &Path,
    config: &Config,
    kiosk: Kiosk,
    (keys, store): (Keys, uketsuke_store::Store),
    show: impl FnMut(View) + Send + 'static,
    inputs: Sender<Input>,
    receiver: Receiver<Input>,
) -> Result<Running> {
    let keeper = Keeper::new(store, &keys, config.venue_topic());
    let link_config = LinkConfig {
        centre: config.centre.clone(),
        folder: folder.to_owned(),
        keys,
        topic: config.venue_topic(),
        municipality: Topic::municipality(config.municipality),
        room: config.room.clone(),
    };
    let to_driver = inputs.clone();
    let link = Link::start(link_config, move |input| deliver(&to_driver, input)).context("starting the link")?;
    let to_driver = inputs.clone();
    let deliver_carried = move |input| deliver(&to_driver, input);
    let porter = Porter::start(folder, config.venue.clone(), config.courier.clone(), deliver_carried)?;
    let others = Others { committed: Box::new(link.on_commit()), carry: Box::new(porter.on_order()) };
    let driver = Driver::new(kiosk, keeper, config.venue.clone(), show, others);
    let driver = std::thread::Builder::new().name("driver".to_owned()).spawn(move || driver.run(&receiver))?;
    let scanner = match &config.scanner {
        None => {
            deliver(&inputs, Input::Event(Event::Scanner(ScannerState::Absent)));
            None
        }
        Some(serial) => {
            let to_driver = inputs.clone();
            Some(scanner::start(serial.clone(), move |event| deliver(&to_driver, Input::Event(event)))?)
        }
    };
    Ok(Running { inputs, driver: Some(driver), _scanner: scanner, _link: Some(link), _porter: Some(porter) })
}

fn deliver(to: &Sender<Input>, input: Input) {
    if to.send(input).is_err() {
        log::debug!("the driver has ended");
    }
}

/// Opens keys and database, or says in staff's words what is wrong with them.
fn open(folder: &Path, config: &Config) -> Result<(Keys, uketsuke_store::Store), Trouble> {
    let fresh = fresh().map_err(|why| {
        log::error!("{why:#}");
        Trouble::KeyMissing
    })?;
    let incarnation = incarnation(&fresh);
    let keys = Keys::read(folder, config.centre_key, fresh, incarnation).map_err(|why: KeyError| {
        log::error!("{why}");
        Trouble::KeyMissing
    })?;
    let store = keys.open(folder).map_err(|why| {
        log::error!("{why}");
        match why {
            StoreError::Full => Trouble::DiskRefuses,
            _ => Trouble::DatabaseUnreadable,
        }
    })?;
    Ok((keys, store))
}

/// 32 random bytes of the system.
pub(crate) fn fresh() -> Result<[u8; 32]> {
    let mut fresh = [0; 32];
    getrandom::fill(&mut fresh).map_err(|why| anyhow::anyhow!("no randomness: {why}"))?;
    Ok(fresh)
}

/// This start of the program, as its chains are named. Drawn anew each time, and apart from the database's key.
pub(crate) fn incarnation(fresh: &[u8; 32]) -> u64 {
    let mut bytes = [0; 8];
    match getrandom::fill(&mut bytes) {
        Ok(()) => u64::from_be_bytes(bytes),
        // There was randomness a moment ago.
        Err(_) => fresh.first_chunk().copied().map(u64::from_be_bytes).unwrap_or_default(),
    }
}

/// A kiosk that can't open its disk shows why, and nothing else; nothing is written.
fn show_trouble(mut kiosk: Kiosk, trouble: Trouble, mut show: impl FnMut(View), inputs: &Receiver<Input>) {
    use uketsuke_domain::kiosk::Effect;
    for effect in kiosk.handle(Event::Trouble(trouble), clock::now()) {
        if let Effect::Show(view) = effect {
            show(*view);
        }
    }
    while let Ok(input) = inputs.recv() {
        if matches!(input, Input::Stop) {
            return;
        }
    }
}
