//! A headless kiosk as a process, driven as a person would drive it: a scanner on a real pty, presses, and eyes.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use uketsuke_hardware::scanner::PtyScanner;

use super::centre::text;
use super::{CentreFolder, Seen, binary};

/// Longer than anything should take; a wait ends as soon as its condition holds.
const PATIENCE: Duration = Duration::from_mins(1);

/// A kiosk to be.
#[derive(Clone, Debug)]
pub struct KioskSpec {
    /// 端末名.
    pub name: &'static str,
    /// What it does.
    pub station: &'static str,
    /// Who works at it.
    pub staff: &'static str,
    /// Its folder.
    pub folder: PathBuf,
}

/// What a screen said is recorded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Acknowledgement {
    /// The fact's id.
    pub fact: String,
    /// The person's 券番号.
    pub number: String,
}

#[derive(Debug, Default)]
struct Eyes {
    seen: Seen,
    acknowledged: Vec<Acknowledgement>,
    frames: Vec<PathBuf>,
    refused: Vec<String>,
    ended: bool,
}

/// A running kiosk. Dropping it kills it.
#[derive(Debug)]
pub struct KioskProcess {
    spec: KioskSpec,
    child: Child,
    input: Option<ChildStdin>,
    eyes: Arc<(Mutex<Eyes>, Condvar)>,
    scanner: PtyScanner,
}

impl KioskSpec {
    /// Where its scanner is looked for.
    pub fn tty(&self) -> PathBuf {
        self.folder.with_extension("tty")
    }

    /// Enrols it at the centre; it meets no other kiosk.
    pub fn enrol(&self, centre: &CentreFolder, url: &str) -> Result<()> {
        self.enrol_in_room(centre, url, &["--discover", "off"])
    }

    /// Enrols it, with what `enrol` is told of the room. Tests stay on this machine, and meet nobody of another test: each
    /// makes a municipality of its own, with a secret of its own.
    pub fn enrol_in_room(&self, centre: &CentreFolder, url: &str, room: &[&str]) -> Result<()> {
        let (out, tty) = (self.folder.clone(), self.tty());
        let arguments = ["--name", self.name, "--venue", "001", "--station", self.station, "--booth", "3"];
        let more = ["--staff", self.staff, "--url", url, "--out", text(&out)?, "--scanner", text(&tty)?];
        let listen = ["--listen", "127.0.0.1:0"];
        let listen: &[&str] = if room.contains(&"--listen") { &[] } else { &listen };
        centre.run("enrol", &[&arguments[..], &more[..], listen, room].concat())?;
        Ok(())
    }
}

impl KioskProcess {
    /// Starts the kiosk, and waits until it takes scans; its log is appended to a file.
    pub fn start(spec: &KioskSpec, log: &Path) -> Result<Self> {
        let kiosk = Self::spawn(spec, log)?;
        kiosk.wait_until_ready()?;
        Ok(kiosk)
    }

    /// Starts the kiosk and waits for nothing.
    pub fn spawn(spec: &KioskSpec, log: &Path) -> Result<Self> {
        let scanner = PtyScanner::plug_in(spec.tty())?;
        let mut child = Command::new(binary("uketsuke-kiosk")?)
            .args(["run", "--headless", "--dir", text(&spec.folder)?])
            .env("RUST_LOG", "info,automerge=warn")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(std::fs::OpenOptions::new().create(true).append(true).open(log)?)
            .spawn()?;
        let eyes = Arc::new((Mutex::new(Eyes::default()), Condvar::new()));
        let output = BufReader::new(child.stdout.take().context("no output")?);
        let watched = Arc::clone(&eyes);
        std::thread::spawn(move || watch(output, &watched));
        let input = child.stdin.take();
        Ok(Self { spec: spec.clone(), child, input, eyes, scanner })
    }

    /// Waits until it takes scans.
    pub fn wait_until_ready(&self) -> Result<Seen> {
        self.wait("a scanner that is ready", |seen| seen.0["status"]["scanner"] == "Ready")
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its scanner's other end.
    pub fn scanner(&mut self) -> &mut PtyScanner {
        &mut self.scanner
    }

    fn command(&mut self, command: &Value) -> Result<()> {
        let input = self.input.as_mut().context("the kiosk has ended")?;
        Ok(writeln!(input, "{command}")?)
    }

    /// Holds a code under the scanner.
    pub fn scan(&mut self, code: &str) -> Result<()> {
        Ok(self.scanner.scan(code)?)
    }

    /// Presses.
    pub fn press(&mut self, press: &Value) -> Result<()> {
        self.command(&json!({ "press": press }))
    }

    /// Saves what is on the screen.
    pub fn frame(&mut self, path: &Path) -> Result<()> {
        self.command(&json!({ "frame": path }))?;
        self.wait_eyes("a frame", |eyes| eyes.frames.iter().any(|frame| frame == path))?;
        Ok(())
    }

    /// What is on the screen now.
    pub fn seen(&self) -> Seen {
        self.eyes.0.lock().unwrap_or_else(PoisonError::into_inner).seen.clone()
    }

    /// What its screens said is recorded, in order.
    pub fn acknowledged(&self) -> Vec<Acknowledgement> {
        self.eyes.0.lock().unwrap_or_else(PoisonError::into_inner).acknowledged.clone()
    }

    /// Waits until the screen fits.
    pub fn wait(&self, what: &str, fits: impl FnMut(&Seen) -> bool) -> Result<Seen> {
        self.wait_within(PATIENCE, what, fits)
    }

    /// Waits until the screen fits, with a patience of one's own: over a bad line things take their time.
    pub fn wait_within(&self, at_most: Duration, what: &str, mut fits: impl FnMut(&Seen) -> bool) -> Result<Seen> {
        self.wait_eyes_within(at_most, what, |eyes| fits(&eyes.seen))
    }

    fn wait_eyes(&self, what: &str, fits: impl FnMut(&Eyes) -> bool) -> Result<Seen> {
        self.wait_eyes_within(PATIENCE, what, fits)
    }

    fn wait_eyes_within(&self, at_most: Duration, what: &str, mut fits: impl FnMut(&Eyes) -> bool) -> Result<Seen> {
        let (lock, changed) = &*self.eyes;
        let end = Instant::now() + at_most;
        let mut eyes = lock.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(why) = eyes.refused.first() {
                bail!("{}: {why}", self.spec.name);
            }
            if fits(&eyes) {
                return Ok(eyes.seen.clone());
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() || eyes.ended {
                let ended = if eyes.ended { "ended" } else { "did not show" };
                bail!("{} {ended} while {what} was waited for; it shows {}", self.spec.name, eyes.seen.0);
            }
            (eyes, _) = changed.wait_timeout(eyes, left).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits until a screen of this name shows this person.
    pub fn wait_for(&self, screen: &str, number: &str) -> Result<Seen> {
        self.wait(&format!("{screen} of {number}"), |seen| seen.screen() == screen && seen.number() == number)
    }

    /// SIGKILL, as a power cut would, and a new start. Answers what was acknowledged before.
    pub fn power_cut(&mut self, log: &Path) -> Result<Vec<Acknowledgement>> {
        self.child.kill()?;
        self.child.wait()?;
        // What the pipe still holds was printed before the end: it counts as shown.
        self.wait_eyes("the end of its output", |eyes| eyes.ended)?;
        let acknowledged = self.acknowledged();
        self.scanner.unplug();
        *self = Self::start(&self.spec.clone(), log)?;
        Ok(acknowledged)
    }

    /// Waits for an end that somebody else brings about. Answers how it ended, and what it acknowledged before.
    pub fn ended(mut self) -> Result<(ExitStatus, Vec<Acknowledgement>)> {
        let status = self.child.wait()?;
        // What the pipe still holds was printed before the end: it counts as shown.
        self.wait_eyes("the end of its output", |eyes| eyes.ended)?;
        Ok((status, self.acknowledged()))
    }

    /// Ends it in good order.
    pub fn stop(mut self) -> Result<Vec<Acknowledgement>> {
        self.input = None;
        let status = self.child.wait()?;
        self.wait_eyes("the end of its output", |eyes| eyes.ended)?;
        if !status.success() {
            bail!("{} ended with {status}", self.spec.name);
        }
        Ok(self.acknowledged())
    }
}

impl Drop for KioskProcess {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads what the kiosk prints until it ends. A line that a kill cut in two was not shown.
fn watch(output: impl BufRead, eyes: &(Mutex<Eyes>, Condvar)) {
    let (lock, changed) = eyes;
    for line in output.lines() {
        let Ok(line) = line else { break };
        let Ok(said) = serde_json::from_str::<Value>(&line) else { continue };
        let mut eyes = lock.lock().unwrap_or_else(PoisonError::into_inner);
        eyes.take(said);
        changed.notify_all();
    }
    lock.lock().unwrap_or_else(PoisonError::into_inner).ended = true;
    changed.notify_all();
}

impl Eyes {
    fn take(&mut self, mut said: Value) {
        if let Some(path) = said["frame"].as_str() {
            return self.frames.push(PathBuf::from(path));
        }
        if let Some(why) = said["refused"].as_str() {
            return self.refused.push(why.to_owned());
        }
        self.seen = Seen(said["view"].take());
        if self.seen.screen() == "Done" {
            let fact = self.seen.body()["recorded"]["fact"]["id"].as_str().unwrap_or_default().to_owned();
            let acknowledgement = Acknowledgement { fact, number: self.seen.number().to_owned() };
            if self.acknowledged.last() != Some(&acknowledgement) {
                self.acknowledged.push(acknowledgement);
            }
        }
    }
}
