//! The same screens without a display: drawn into memory, with a clock that only this file moves.

use std::cell::Cell;
use std::fmt;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use image::RgbImage;
use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{Platform, PointerEventButton, WindowAdapter, WindowEvent};
use slint::{ComponentHandle, LogicalPosition, PhysicalSize, Rgb8Pixel, SharedPixelBuffer};
use uketsuke_domain::screen::{Press, View};

use crate::generated::MainWindow;
use crate::{UiError, adapters, presses};

/// Longer than every animation of the theme.
const SETTLE: Duration = Duration::from_millis(500);

/// A kiosk's window in memory. A thread can have one, and then no other window.
pub struct Headless {
    ui: MainWindow,
    window: Rc<MinimalSoftwareWindow>,
    clock: Rc<Cell<Duration>>,
    size: Cell<(u32, u32)>,
}

impl Headless {
    /// Takes the thread's window system for itself.
    pub fn new(width: u32, height: u32) -> Result<Self, UiError> {
        let window = MinimalSoftwareWindow::new(RepaintBufferType::NewBuffer);
        let clock = Rc::new(Cell::new(Duration::ZERO));
        let platform = MemoryPlatform { window: window.clone(), clock: clock.clone() };
        slint::platform::set_platform(Box::new(platform)).map_err(|_| UiError::AlreadySet)?;
        let ui = MainWindow::new()?;
        let headless = Self { ui, window, clock, size: Cell::new((width, height)) };
        headless.resize(width, height);
        headless.ui.show()?;
        Ok(headless)
    }

    /// Gives the window another size.
    pub fn resize(&self, width: u32, height: u32) {
        self.size.set((width, height));
        self.window.set_size(PhysicalSize::new(width, height));
        self.settle();
    }

    /// Shows a view.
    pub fn show(&self, view: &View) {
        adapters::show(&self.ui, view);
        self.settle();
    }

    /// Reports presses from now on.
    pub fn on_press(&self, on_press: impl Fn(Press) + 'static) {
        presses::connect(&self.ui, on_press);
    }

    /// Presses and releases a finger at a place of the window, in pixels.
    #[expect(clippy::cast_precision_loss, reason = "a screen has fewer than 2^24 pixels a side")]
    pub fn click(&self, x: u32, y: u32) {
        let position = LogicalPosition::new(x as f32, y as f32);
        let button = PointerEventButton::Left;
        self.dispatch(WindowEvent::PointerMoved { position });
        self.dispatch(WindowEvent::PointerPressed { position, button });
        self.dispatch(WindowEvent::PointerReleased { position, button });
        self.dispatch(WindowEvent::PointerExited);
    }

    /// Holds a finger at a place, so that a picture shows the pressed state.
    #[expect(clippy::cast_precision_loss, reason = "a screen has fewer than 2^24 pixels a side")]
    pub fn hold(&self, x: u32, y: u32) {
        let position = LogicalPosition::new(x as f32, y as f32);
        self.dispatch(WindowEvent::PointerPressed { position, button: PointerEventButton::Left });
    }

    /// Types one key: a digit, or one of [`slint::platform::Key`] as a character.
    pub fn type_key(&self, key: char) {
        self.dispatch(WindowEvent::KeyPressed { text: key.into() });
        self.dispatch(WindowEvent::KeyReleased { text: key.into() });
    }

    /// Draws the finished frame.
    pub fn frame(&self) -> RgbImage {
        self.settle();
        let (width, height) = self.size.get();
        let mut pixels = SharedPixelBuffer::<Rgb8Pixel>::new(width, height);
        self.window.request_redraw();
        self.window.draw_if_needed(|renderer| {
            renderer.render(pixels.make_mut_slice(), width as usize);
        });
        RgbImage::from_raw(width, height, pixels.as_bytes().to_vec()).unwrap_or_default()
    }

    /// Draws the finished frame into a file.
    pub fn save_png(&self, path: &Path) -> Result<(), UiError> {
        Ok(self.frame().save(path)?)
    }

    #[cfg(test)]
    pub(crate) fn main_window(&self) -> &MainWindow {
        &self.ui
    }

    /// The component, for test tools that look for elements by their labels.
    pub fn component(&self) -> &(impl ComponentHandle + use<>) {
        &self.ui
    }

    fn dispatch(&self, event: WindowEvent) {
        if let Err(error) = self.ui.window().dispatch_event_with_result(event) {
            log::error!("an event was not taken: {error}");
        }
        self.settle();
    }

    /// Lets change handlers, timers and animations run out. What a handler changes is laid out in the round after it.
    fn settle(&self) {
        for _ in 0..3 {
            self.clock.set(self.clock.get() + SETTLE);
            slint::platform::update_timers_and_animations();
            self.window.request_redraw();
            let (width, height) = self.size.get();
            let mut pixels = SharedPixelBuffer::<Rgb8Pixel>::new(width, height);
            self.window.draw_if_needed(|renderer| {
                renderer.render(pixels.make_mut_slice(), width as usize);
            });
        }
    }
}

impl fmt::Debug for Headless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Headless").field("size", &self.size).finish_non_exhaustive()
    }
}

struct MemoryPlatform {
    window: Rc<MinimalSoftwareWindow>,
    clock: Rc<Cell<Duration>>,
}

impl Platform for MemoryPlatform {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, slint::PlatformError> {
        Ok(self.window.clone())
    }

    fn duration_since_start(&self) -> Duration {
        self.clock.get()
    }
}
