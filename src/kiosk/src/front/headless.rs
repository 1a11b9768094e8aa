//! Without a display: the software renderer draws into memory, and frames become PNG files on demand.
//!
//! Commands come in as one JSON object a line; every view goes out the same way, so that a test or demo sees exactly
//! what a person would. The end of the input ends the kiosk.

use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};

use anyhow::Result;
use serde::{Deserialize, Serialize};
use uketsuke_domain::kiosk::Event;
use uketsuke_domain::screen::{Press, View};
use uketsuke_ui::Headless;

use crate::driver::Input;
use crate::start::start;

/// What may come in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// Press something.
    Press(Press),
    /// As if a scanner had read this.
    Scan(String),
    /// Touch the frame at a place, in pixels.
    Click(u32, u32),
    /// Write what is on the screen to a PNG file.
    Frame(PathBuf),
}

/// What goes out.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum Answer<'a> {
    View(&'a View),
    Frame(&'a Path),
    Refused(String),
}

enum ToMain {
    Show(Box<View>),
    Command(Command),
    Refuse(String),
    End,
}

/// Runs the kiosk of a folder without a display.
///
/// # Errors
/// When there is no kiosk in the folder, or standard output is gone.
pub fn headless(folder: &Path, (width, height): (u32, u32)) -> Result<()> {
    let screen = Headless::new(width, height)?;
    let (to_main, messages) = channel();
    let views = to_main.clone();
    let running = start(folder, move |view| drop(views.send(ToMain::Show(Box::new(view)))))?;
    let inputs = running.inputs.clone();
    let presses = inputs.clone();
    screen.on_press(move |press| drop(presses.send(Input::Event(Event::Press(press)))));
    std::thread::Builder::new().name("commands".to_owned()).spawn(move || read_commands(&to_main))?;
    let mut out = std::io::stdout().lock();
    for message in messages {
        match message {
            ToMain::End => break,
            ToMain::Show(view) => {
                screen.show(&view);
                say(&mut out, &Answer::View(&view))?;
            }
            ToMain::Refuse(why) => say(&mut out, &Answer::Refused(why))?,
            ToMain::Command(Command::Press(press)) => inputs.send(Input::Event(Event::Press(press)))?,
            ToMain::Command(Command::Scan(text)) => inputs.send(Input::Event(Event::Scan(text)))?,
            ToMain::Command(Command::Click(x, y)) => screen.click(x, y),
            ToMain::Command(Command::Frame(path)) => match screen.save_png(&path) {
                Ok(()) => say(&mut out, &Answer::Frame(&path))?,
                Err(why) => say(&mut out, &Answer::Refused(why.to_string()))?,
            },
        }
    }
    running.stop();
    Ok(())
}

fn say(out: &mut impl Write, answer: &Answer<'_>) -> Result<()> {
    serde_json::to_writer(&mut *out, answer)?;
    out.write_all(b"\n")?;
    Ok(out.flush()?)
}

fn read_commands(to: &Sender<ToMain>) {
    for line in std::io::stdin().lock().lines() {
        let Ok(line) = line else { break };
        let message = match serde_json::from_str(&line) {
            Ok(command) => ToMain::Command(command),
            Err(why) => ToMain::Refuse(format!("no command: {why}")),
        };
        if to.send(message).is_err() {
            return;
        }
    }
    // Nobody listens any more when this fails, and then the kiosk is ending anyway.
    let _ = to.send(ToMain::End);
}
