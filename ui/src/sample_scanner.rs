//! A small window that stands in for a scanner: it lists sample vouchers and "scans" them at the press of a button.

use std::fmt;
use std::rc::Rc;

use slint::{ComponentHandle, ModelRc, SharedString, VecModel};

use crate::UiError;
use crate::generated::{SampleScannerWindow, VoucherLine};
use crate::window::select_renderer;

/// A voucher that can be "scanned".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleVoucher {
    /// Whose it is.
    pub label: String,
    /// What should happen with it.
    pub detail: String,
    /// What the scanner delivers.
    pub code: String,
}

/// The window.
pub struct SampleScanner {
    ui: SampleScannerWindow,
}

impl SampleScanner {
    /// Opens the window. `on_scan` is told which of `targets` was pressed, and the voucher's code.
    pub fn open(
        targets: Vec<String>,
        vouchers: Vec<SampleVoucher>,
        on_scan: impl Fn(usize, &str) + 'static,
    ) -> Result<Self, UiError> {
        select_renderer()?;
        let ui = SampleScannerWindow::new()?;
        let names: Vec<SharedString> = targets.into_iter().map(SharedString::from).collect();
        ui.set_targets(ModelRc::from(Rc::new(VecModel::from(names))));
        let lines: Vec<VoucherLine> = vouchers.iter().map(map_voucher_to_line).collect();
        ui.set_vouchers(ModelRc::from(Rc::new(VecModel::from(lines))));
        ui.on_scan(move |target, place| {
            let target = usize::try_from(target).ok();
            let voucher = usize::try_from(place).ok().and_then(|place| vouchers.get(place));
            if let (Some(target), Some(voucher)) = (target, voucher) {
                on_scan(target, &voucher.code);
            }
        });
        Ok(Self { ui })
    }

    /// Runs until the window is closed.
    pub fn run(&self) -> Result<(), UiError> {
        Ok(self.ui.run()?)
    }
}

impl fmt::Debug for SampleScanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SampleScanner").finish_non_exhaustive()
    }
}

fn map_voucher_to_line(voucher: &SampleVoucher) -> VoucherLine {
    VoucherLine {
        label: voucher.label.as_str().into(),
        detail: voucher.detail.as_str().into(),
        code: voucher.code.as_str().into(),
    }
}
