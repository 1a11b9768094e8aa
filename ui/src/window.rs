//! The window of a kiosk.

use std::cell::Cell;
use std::fmt;

use slint::ComponentHandle;
use uketsuke_domain::screen::{Press, View};

use crate::generated::MainWindow;
use crate::{UiError, adapters, presses};

/// How a window opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WindowOptions {
    /// What a window manager writes above it.
    pub title: String,
    /// Width and height in logical pixels; ignored when it fills the screen.
    pub size: (u32, u32),
    /// Whether it fills the screen.
    pub fullscreen: bool,
}

/// The window of a kiosk. It lives on the thread that opened it, which on most systems must be the main one.
pub struct Window {
    ui: MainWindow,
}

impl Window {
    /// Opens the window, with the software renderer unless `SLINT_BACKEND` asks for another.
    pub fn open(options: WindowOptions, on_press: impl Fn(Press) + 'static) -> Result<Self, UiError> {
        select_renderer()?;
        let ui = MainWindow::new()?;
        ui.set_heading(options.title.into());
        let (width, height) = options.size;
        #[expect(clippy::cast_precision_loss, reason = "a screen has fewer than 2^24 pixels a side")]
        ui.window().set_size(slint::LogicalSize::new(width as f32, height as f32));
        ui.window().set_fullscreen(options.fullscreen);
        presses::connect(&ui, on_press);
        Ok(Self { ui })
    }

    /// Shows a view now, from the window's own thread: for the first one, before [`Window::run`].
    pub fn show(&self, view: &View) {
        adapters::show(&self.ui, view);
    }

    /// What other threads show views through.
    pub fn handle(&self) -> UiHandle {
        UiHandle { ui: self.ui.as_weak() }
    }

    /// Runs until the window is closed or [`UiHandle::quit`] is called.
    pub fn run(&self) -> Result<(), UiError> {
        Ok(self.ui.run()?)
    }
}

impl fmt::Debug for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Window").finish_non_exhaustive()
    }
}

/// Shows views from any thread.
#[derive(Clone)]
pub struct UiHandle {
    ui: slint::Weak<MainWindow>,
}

impl UiHandle {
    /// Shows a view as soon as the window's thread gets to it. Views are shown in the order of the calls.
    pub fn show(&self, view: View) {
        let shown = self.ui.upgrade_in_event_loop(move |ui| adapters::show(&ui, &view));
        if let Err(error) = shown {
            log::error!("a view was not shown: {error}");
        }
    }

    /// Ends [`Window::run`].
    pub fn quit(&self) {
        if let Err(error) = slint::quit_event_loop() {
            log::debug!("nothing to quit: {error}");
        }
    }
}

impl fmt::Debug for UiHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UiHandle").finish_non_exhaustive()
    }
}

/// The software renderer: a Raspberry Pi's GPU driver is one thing less to fail. Chosen once per thread.
pub(crate) fn select_renderer() -> Result<(), UiError> {
    thread_local! { static SELECTED: Cell<bool> = const { Cell::new(false) } }
    if std::env::var_os("SLINT_BACKEND").is_some() || SELECTED.get() {
        return Ok(());
    }
    slint::BackendSelector::new().renderer_name("software".into()).select()?;
    SELECTED.set(true);
    Ok(())
}
