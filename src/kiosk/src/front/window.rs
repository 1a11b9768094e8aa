//! In a window, or full screen on linuxkms (`SLINT_BACKEND=linuxkms-software`).

use std::path::Path;
use std::sync::mpsc::channel;

use anyhow::Result;
use uketsuke_domain::kiosk::Event;
use uketsuke_ui::{Window, WindowOptions};

use crate::driver::Input;
use crate::start::start;

/// Runs the kiosk of a folder in a window until the window is closed.
///
/// # Errors
/// When there is no display, or no kiosk in the folder.
pub fn windowed(folder: &Path, options: WindowOptions) -> Result<()> {
    // The window comes first and the kiosk second, so presses go through a channel that is there from the start.
    let (sender, presses) = channel();
    let window = Window::open(options, move |press| {
        // A press after the kiosk has ended is nobody's.
        let _ = sender.send(press);
    })?;
    let handle = window.handle();
    let running = start(folder, move |view| handle.show(view))?;
    let inputs = running.inputs.clone();
    std::thread::Builder::new().name("presses".to_owned()).spawn(move || {
        for press in presses {
            if inputs.send(Input::Event(Event::Press(press))).is_err() {
                return;
            }
        }
    })?;
    let ended = window.run();
    running.stop();
    Ok(ended?)
}
