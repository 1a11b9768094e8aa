//! The serial scanner on real pseudo-terminals.

#![allow(clippy::expect_used, reason = "the helpers of a test may fail it")]

use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use tempfile::TempDir;
use uketsuke_hardware::scanner::{
    FramingConfig, GarbledKind, LostReason, PtyError, PtyScanner, ScannerError, ScannerEvent, SerialConfig,
    SerialScanner, Terminator, Unterminated,
};

/// Far beyond what any machine needs: it ends a failing test, it does not time a passing one.
const PATIENCE: Duration = Duration::from_secs(20);

struct Desk {
    events: Receiver<ScannerEvent>,
    device: PtyScanner,
    scanner: Option<SerialScanner>,
    _folder: TempDir,
}

impl Desk {
    fn new(change: impl FnOnce(&mut SerialConfig)) -> Self {
        let folder = TempDir::new().expect("a folder");
        let device = PtyScanner::plug_in(folder.path().join("scanner")).expect("a pseudo-terminal");
        let (scanner, events) = start(device.path().into(), change);
        let desk = Self { events, device, scanner: Some(scanner), _folder: folder };
        desk.expect([ScannerEvent::Ready]);
        desk
    }

    fn send(&self, bytes: &[u8]) {
        self.device.write_raw(bytes).expect("written");
    }

    #[track_caller]
    fn expect<const N: usize>(&self, expected: [ScannerEvent; N]) {
        for event in expected {
            assert_eq!(self.events.recv_timeout(PATIENCE).as_ref(), Ok(&event));
        }
    }

    /// That nothing else was said: the scanner is stopped, so what it said is all there is.
    #[track_caller]
    fn expect_no_more(mut self) {
        drop(self.scanner.take());
        assert_eq!(self.events.iter().collect::<Vec<_>>(), []);
    }
}

fn start(path: PathBuf, change: impl FnOnce(&mut SerialConfig)) -> (SerialScanner, Receiver<ScannerEvent>) {
    let mut config = SerialConfig::new(path);
    config.double_read_ms = 0;
    config.reopen_ms = 20;
    change(&mut config);
    let (sender, events) = mpsc::channel();
    let scanner = SerialScanner::start(config, move |event| drop(sender.send(event))).expect("started");
    (scanner, events)
}

/// A silence that never comes: what is unfinished stays so.
fn no_timeout(config: &mut SerialConfig) {
    config.framing.inter_byte_timeout_ms = u64::MAX;
}

fn text(text: &str) -> ScannerEvent {
    ScannerEvent::Text(text.to_owned())
}

fn cut() -> ScannerEvent {
    ScannerEvent::Garbled(GarbledKind::Cut)
}

fn unplugged() -> ScannerEvent {
    ScannerEvent::Lost { why: LostReason::Unplugged }
}

#[test]
fn a_scan_split_over_many_writes_is_one_scan() {
    let desk = Desk::new(no_timeout);
    for byte in b"\x021111111112\r\n" {
        desk.send(&[*byte]);
        std::thread::yield_now();
    }
    desk.expect([text("1111111112")]);
    desk.expect_no_more();
}

#[test]
fn scans_joined_in_one_write_are_two_scans() {
    let desk = Desk::new(no_timeout);
    desk.send(b"1111111112\r]F0A1111111113A\r\nhalf");
    desk.expect([text("1111111112"), text("]F0A1111111113A")]);
    desk.send(b" and half\r");
    desk.expect([text("half and half")]);
    desk.expect_no_more();
}

#[test]
fn every_terminator_ends_a_scan_at_once() {
    for terminator in ["\r", "\n", "\r\n", "\x03"] {
        let desk = Desk::new(no_timeout);
        desk.device.write_raw(format!("1{terminator}\x022{terminator}").as_bytes()).expect("written");
        desk.expect([text("1"), text("2")]);
        desk.expect_no_more();
    }
}

#[test]
fn without_a_terminator_silence_ends_a_scan() {
    let desk = Desk::new(|config| {
        config.framing = FramingConfig { terminator: Terminator::None, ..FramingConfig::default() };
    });
    desk.send(b"1111111112");
    desk.expect([text("1111111112")]);
    desk.send(b"1111111113");
    desk.expect([text("1111111113")]);
    desk.expect_no_more();
}

#[test]
fn where_a_terminator_is_due_silence_cuts() {
    let desk = Desk::new(|config| config.framing.unterminated = Unterminated::Drop);
    desk.send(b"11111");
    desk.expect([cut()]);
    desk.send(b"1111111113\r");
    desk.expect([text("1111111113")]);
    desk.expect_no_more();
}

#[test]
fn a_scan_cut_by_an_unplug_is_lost_and_the_next_one_is_whole() {
    let mut desk = Desk::new(no_timeout);
    for _ in 0..3 {
        // One write is one read: when the first scan is heard, the rest has been read as well.
        desk.send(b"1111111112\r11111");
        desk.expect([text("1111111112")]);
        desk.device.unplug();
        desk.expect([cut(), unplugged()]);
        assert!(matches!(desk.device.scan("nobody hears this"), Err(PtyError::Unplugged)));
        desk.device.plug().expect("plugged in");
        desk.expect([ScannerEvent::Ready]);
        desk.device.scan("1111111113").expect("written");
        desk.expect([text("1111111113")]);
    }
    desk.expect_no_more();
}

#[test]
fn a_scanner_may_come_later_and_its_absence_is_told_once() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("scanner");
    let (scanner, events) = start(path.clone(), |config| config.reopen_ms = 1);
    assert_eq!(events.recv_timeout(PATIENCE), Ok(ScannerEvent::Lost { why: LostReason::NotThere }));
    // Waits through many attempts to open it; one of them telling again would be seen below.
    assert!(events.recv_timeout(Duration::from_millis(100)).is_err());
    let device = PtyScanner::plug_in(path).expect("a pseudo-terminal");
    assert_eq!(events.recv_timeout(PATIENCE), Ok(ScannerEvent::Ready));
    device.scan("1111111112").expect("written");
    assert_eq!(events.recv_timeout(PATIENCE), Ok(text("1111111112")));
    drop(scanner);
    assert!(events.recv_timeout(PATIENCE).is_err());
}

#[test]
fn what_is_too_long_or_not_text_does_not_spoil_the_next_scan() {
    let desk = Desk::new(no_timeout);
    desk.send(&[b'7'; 3500]);
    desk.expect([ScannerEvent::Garbled(GarbledKind::TooLong)]);
    desk.send(b"tail\r1111111112\r\x82\xa0\r1111111113\r");
    desk.expect([text("1111111112"), ScannerEvent::Garbled(GarbledKind::NotText), text("1111111113")]);
    desk.expect_no_more();
}

#[test]
fn the_check_byte_is_checked() {
    let desk = Desk::new(|config| {
        no_timeout(config);
        config.framing.terminator = Terminator::Etx;
        config.framing.bcc = true;
    });
    let bcc = b"12\x03".iter().fold(0, |check, byte| check ^ byte);
    desk.send(&[2, b'1', b'2', 3, bcc, 2, b'1', b'3', 3, bcc]);
    desk.expect([text("12"), ScannerEvent::Garbled(GarbledKind::BadCheck)]);
    desk.expect_no_more();
}

#[test]
fn a_double_read_is_one_scan() {
    let desk = Desk::new(|config| {
        no_timeout(config);
        config.double_read_ms = 600_000;
    });
    desk.send(b"1\r1\r2\r1\r");
    desk.expect([text("1"), text("2"), text("1")]);
    desk.expect_no_more();
}

#[test]
fn what_was_scanned_before_the_kiosk_listened_is_not_heard() {
    let folder = TempDir::new().expect("a folder");
    let device = PtyScanner::plug_in(folder.path().join("scanner")).expect("a pseudo-terminal");
    device.scan("1111111112").expect("written");
    let (scanner, events) = start(device.path().into(), no_timeout);
    assert_eq!(events.recv_timeout(PATIENCE), Ok(ScannerEvent::Ready));
    device.scan("1111111113").expect("written");
    assert_eq!(events.recv_timeout(PATIENCE), Ok(text("1111111113")));
    drop(scanner);
}

#[test]
fn a_pty_without_a_reader_says_so_and_leaves_files_alone() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("scanner");
    std::fs::write(&path, "precious").expect("written");
    assert!(matches!(PtyScanner::plug_in(&path), Err(PtyError::Occupied { .. })));
    std::fs::remove_file(&path).expect("removed");
    let device = PtyScanner::plug_in(&path).expect("a pseudo-terminal");
    assert!(matches!(device.write_raw(&vec![b'7'; 200_000]), Err(PtyError::NobodyReads)));
    drop(device);
    assert!(!path.exists() && std::fs::symlink_metadata(&path).is_err());
}

#[test]
fn a_configuration_that_cannot_work_is_refused() {
    let start = |config| SerialScanner::start(config, drop);
    assert!(matches!(start(SerialConfig::new("")), Err(ScannerError::Path { .. })));
    let mut still = SerialConfig::new("scanner");
    still.line.baud = 0;
    assert!(matches!(start(still), Err(ScannerError::Speed)));
}
