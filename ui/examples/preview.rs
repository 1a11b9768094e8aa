//! Opens a real window on one sample screen ("verdict-ok" unless another is named) and says what is pressed. With
//! "scanner" it opens the sample scanner.

#[path = "../tests/samples/mod.rs"]
mod samples;

use uketsuke_ui::{SampleScanner, SampleVoucher, UiError, Window, WindowOptions};

fn main() -> Result<(), UiError> {
    let name = std::env::args().nth(1).unwrap_or_else(|| "verdict-ok".to_owned());
    if name == "scanner" {
        return scanner();
    }
    let options = WindowOptions { title: "受付".to_owned(), size: (1024, 600), fullscreen: false };
    let window = Window::open(options, |press| println!("{press:?}"))?;
    window.handle().show(samples::named(&name));
    window.run()
}

fn scanner() -> Result<(), UiError> {
    let voucher = |label: &str, detail: &str, code: &str| SampleVoucher {
        label: label.to_owned(),
        detail: detail.to_owned(),
        code: code.to_owned(),
    };
    let vouchers = vec![
        voucher("富士通　花子", "本日 10:00 の予約があります", "211320801111111113"),
        voucher("佐藤　一郎", "予約は別の日です", "211320801111112041"),
        voucher("ワクチンのラベル", "接種券ではありません", "01049870810300011721063010EW0001"),
        voucher("鈴木　みどり", "接種間隔が足りません", "1111117730"),
    ];
    let targets = vec!["受付".to_owned(), "接種済証".to_owned()];
    SampleScanner::open(targets, vouchers, |target, code| println!("{target} {code}"))?.run()
}
