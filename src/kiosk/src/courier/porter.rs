//! The porter: a thread that finds sticks and carries, so that the kiosk goes on with its queue.
//!
//! A stick may take seconds to answer, or never do: nobody else waits for it.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver as Orders, Sender as OrderSender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

use anyhow::Result;
use uketsuke_domain::ids::VenueNumber;
use uketsuke_domain::kiosk::Event;
use uketsuke_domain::screen::{Carried, Stick, StickId};
use uketsuke_hardware::stick::{self, StickConfig};

use super::bundles::{list, new_file};
use super::pace::Pace;
use super::trouble::{OnStick, trouble};
use super::{Receiver, Sender, Stop, as_of, keys, take_in};
use crate::clock;
use crate::driver::Input;

/// What the porter is told to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Tell which sticks are there.
    Find,
    /// Tell which files of a stick are for this kiosk.
    List(StickId),
    /// Write a file for the centre.
    Out(StickId),
    /// Take a file in.
    In(StickId, String),
    /// Stop what is on its way.
    Stop,
}

/// The running thread. Dropping it stops what is on its way, ends the thread and waits for it: like the link's, it must not
/// outlive `main`.
#[derive(Debug)]
pub struct Porter {
    orders: OrderSender<Option<Order>>,
    current: Current,
    thread: Option<JoinHandle<()>>,
}

/// What stops the file that is on its way.
type Current = Arc<Mutex<Stop>>;

impl Porter {
    /// Starts the thread; what it has to say, it delivers.
    ///
    /// # Errors
    /// When no thread can be had.
    pub fn start(
        folder: &Path,
        venue: VenueNumber,
        sticks: StickConfig,
        deliver: impl Fn(Input) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (sender, orders) = channel();
        let current = Current::default();
        let work =
            Work { folder: folder.to_owned(), venue, sticks, deliver: Box::new(deliver), current: current.clone() };
        let thread = std::thread::Builder::new().name("porter".to_owned()).spawn(move || work.run(&orders))?;
        Ok(Self { orders: sender, current, thread: Some(thread) })
    }

    /// A closure that gives orders.
    pub fn on_order(&self) -> impl Fn(Order) + Send + 'static {
        let (orders, current) = (self.orders.clone(), self.current.clone());
        move |order| {
            match &order {
                // It would wait behind what it is to stop.
                Order::Stop => return stop(&current),
                // From now on it can be stopped, even before it has begun.
                Order::Out(_) | Order::In(..) => *lock(&current) = Stop::default(),
                Order::Find | Order::List(_) => {}
            }
            if orders.send(Some(order)).is_err() {
                log::debug!("the porter has ended");
            }
        }
    }
}

impl Drop for Porter {
    fn drop(&mut self) {
        // Others may still hold a way to give orders, so the end is an order of its own. One that has ended needs none.
        let _ = self.orders.send(None);
        stop(&self.current);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            log::error!("the porter had ended in a panic");
        }
    }
}

fn stop(current: &Current) {
    lock(current).stop();
}

fn lock(current: &Current) -> MutexGuard<'_, Stop> {
    current.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Work {
    folder: PathBuf,
    venue: VenueNumber,
    sticks: StickConfig,
    deliver: Box<dyn Fn(Input) + Send>,
    current: Current,
}

impl Work {
    /// Until it is told to end.
    fn run(self, orders: &Orders<Option<Order>>) {
        while let Ok(Some(order)) = orders.recv() {
            match order {
                Order::Find => self.tell(Event::Sticks(self.find())),
                Order::List(stick) => {
                    let bundles = keys(&self.folder).map(|keys| list(Path::new(&stick.0), &keys));
                    let bundles = bundles.unwrap_or_else(|why| {
                        log::error!("the files of a stick can't be opened: {why:#}");
                        Vec::new()
                    });
                    self.tell(Event::Bundles { stick, bundles });
                }
                Order::Out(stick) => self.carry(|stop| self.write(Path::new(&stick.0), stop)),
                Order::In(stick, file) => {
                    // The link sees that the database changed, and tells the driver what is new.
                    self.carry(|stop| self.read(Path::new(&stick.0), file, stop));
                }
                Order::Stop => {}
            }
        }
    }

    fn tell(&self, event: Event) {
        (self.deliver)(Input::Event(event));
    }

    fn find(&self) -> Vec<Stick> {
        let found = stick::find(&self.sticks).into_iter();
        // A path that is no text could not be named when it is chosen.
        let named = found.filter_map(|stick| Some((StickId(stick.path.to_str()?.to_owned()), stick)));
        named
            .map(|(id, stick)| Stick { id, name: stick.name, free: stick.room.free, writable: stick.room.writable })
            .collect()
    }

    fn carry(&self, work: impl FnOnce(&Stop) -> Result<Carried>) {
        let stop = lock(&self.current).clone();
        let end = work(&stop).map_err(|why| {
            log::warn!("nothing was carried: {why:#}");
            trouble(&why, &stop)
        });
        self.tell(Event::CourierEnded(end));
    }

    /// Where a stick was mounted, a folder may be left: what is written there stays on the kiosk's own disk, and nobody
    /// carries it anywhere.
    fn is_there(&self, stick: &Path) -> Result<(), OnStick> {
        let there = stick::find(&self.sticks).iter().any(|found| found.path == stick);
        if there { Ok(()) } else { Err(OnStick(ErrorKind::NotFound.into())) }
    }

    fn write(&self, stick: &Path, stop: &Stop) -> Result<Carried> {
        self.is_there(stick)?;
        let sender = Sender::open(&self.folder, &Receiver::Centre)?;
        if sender.lacking()? == 0 {
            return Ok(Carried::NothingToWrite);
        }
        let path = new_file(stick, &self.venue, sender.node.identity.public_key(), clock::wall());
        let done = sender.write(&path, stop, &mut self.progress())?;
        if let Err(gone) = self.is_there(stick) {
            // It went before the first byte. Best effort: what lies here is of no use, and does no harm.
            let _ = std::fs::remove_file(&path);
            return Err(gone.into());
        }
        Ok(Carried::Written { file: name(&path), entries: done.entries })
    }

    fn read(&self, stick: &Path, file: String, stop: &Stop) -> Result<Carried> {
        self.is_there(stick)?;
        let path = stick.join(&file);
        let opened = stop.watch(File::open(path).map_err(OnStick)?);
        let done = take_in(&self.folder, opened, &mut self.progress())?;
        let (entries, added, gaps) = (done.entries, done.added, done.gaps > 0);
        Ok(Carried::TakenIn { file, entries, added, gaps, as_of: as_of(&done) })
    }

    fn progress(&self) -> impl FnMut(u64, u64) {
        let mut pace = Pace::default();
        move |done, total| {
            if pace.is_due(done, total, Instant::now()) {
                self.tell(Event::CourierProgress { done, total });
            }
        }
    }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use uketsuke_domain::screen::CourierTrouble;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    /// What the porter says to each order, where no kiosk is.
    fn told(sticks: StickConfig, orders: Vec<Order>) -> Vec<Event> {
        let home = tempfile::tempdir().unwrap();
        let (sender, said) = channel();
        let deliver = move |input| drop(sender.send(input));
        let porter = Porter::start(home.path(), VenueNumber("001".to_owned()), sticks, deliver).unwrap();
        let order = porter.on_order();
        let answers = orders.into_iter().map(|each| {
            order(each);
            match said.recv_timeout(PATIENCE).unwrap() {
                Input::Event(event) => event,
                other => panic!("{other:?}"),
            }
        });
        answers.collect()
    }

    fn id(path: &Path) -> StickId {
        StickId(path.to_str().unwrap().to_owned())
    }

    #[test]
    fn the_folder_that_a_stick_left_behind_is_no_stick() {
        let left = tempfile::tempdir().unwrap();
        let nowhere = StickConfig { folders: Vec::new(), simulated: None };
        let orders = vec![Order::Out(id(left.path())), Order::In(id(left.path()), "b".to_owned())];
        for event in told(nowhere, orders) {
            assert!(matches!(event, Event::CourierEnded(Err(CourierTrouble::StickGone))), "{event:?}");
        }
        assert_eq!(std::fs::read_dir(left.path()).unwrap().count(), 0);
    }

    #[test]
    fn every_order_is_answered_whatever_is_missing() {
        let stick = tempfile::tempdir().unwrap();
        let sticks = StickConfig { folders: Vec::new(), simulated: Some(stick.path().to_owned()) };
        let id = || id(stick.path());
        let orders = vec![Order::Find, Order::List(id()), Order::Out(id()), Order::In(id(), "b".to_owned())];
        let said = told(sticks, orders);
        assert!(matches!(&said[0], Event::Sticks(found) if found.len() == 1 && found[0].id == id()), "{said:?}");
        assert!(matches!(&said[1], Event::Bundles { bundles, .. } if bundles.is_empty()), "{said:?}");
        assert!(matches!(&said[2], Event::CourierEnded(Err(CourierTrouble::OwnDisk))), "no kiosk is here: {said:?}");
        assert!(matches!(&said[3], Event::CourierEnded(Err(CourierTrouble::StickGone))), "no such file: {said:?}");
    }
}
