//! `uketsuke-kiosk decode`: what the camera path reads in image files.

use std::path::{Path, PathBuf};

use uketsuke_domain::code::{Coupon, read_scan};
use uketsuke_hardware::camera::{Decoded, decode_file};

/// One line for each code found: symbology, text, and the voucher or why it is none. Answers whether every file held a
/// voucher.
pub fn decode(files: &[PathBuf], mut line: impl FnMut(&str)) -> bool {
    let mut all = true;
    for file in files {
        match decode_file(file) {
            Err(why) => {
                all = false;
                line(&why.to_string());
            }
            Ok(codes) if codes.is_empty() => {
                all = false;
                line(&format!("{}\t-\t-\tno code was found", file.display()));
            }
            Ok(codes) => {
                all &= codes.iter().any(|code| read_scan(&code.text).is_ok());
                for code in &codes {
                    line(&describe(file, code));
                }
            }
        }
    }
    all
}

fn describe(file: &Path, code: &Decoded) -> String {
    let voucher = match read_scan(&code.text) {
        Err(reason) => format!("not a voucher: {reason}"),
        Ok(scan) => match scan.coupon {
            Coupon::Number(number) => format!("voucher number {number}"),
            Coupon::Full { sticker, voucher } => {
                format!("voucher {voucher}, 券種 {}, 回数 {}", sticker.kind, sticker.dose)
            }
        },
    };
    format!("{}\t{:?}\t{}\t{voucher}", file.display(), code.symbology, code.text.escape_debug())
}
