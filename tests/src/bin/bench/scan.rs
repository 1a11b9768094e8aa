//! Last byte on the tty → finished frame, and → durable fact; the floor is one bare transaction of the same size.

use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use uketsuke_domain::kiosk::Event;
use uketsuke_domain::screen::{Press, ScannerState, Screen, View};
use uketsuke_hardware::scanner::PtyScanner;
use uketsuke_kiosk::driver::Input;
use uketsuke_kiosk::start::{Running, start};
use uketsuke_tests::harness::Member;
use uketsuke_ui::Headless;

use crate::floor::{Floor, ms};
use crate::folder::{Folder, already_used, remember_used};
use crate::report::{Case, Report, quantile};

const SIZE: (u32, u32) = (1024, 600);
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug, Default)]
struct Samples {
    frame: Vec<f64>,
    durable: Vec<f64>,
    press: Vec<f64>,
    draw: Vec<f64>,
    floor: Vec<f64>,
}

pub(crate) fn measure(folder: &Folder, residents: usize, scans: usize, report: &mut Report) -> Result<()> {
    let scanner = PtyScanner::plug_in(folder.kiosk.tty())?;
    let screen = Headless::new(SIZE.0, SIZE.1)?;
    let (views, shown) = channel();
    let running = start(&folder.kiosk.folder, move |view| drop(views.send(view)))?;
    wait(&shown, |view| view.status.scanner == ScannerState::Ready)?;
    let mut floor = Floor::open(folder)?;
    let mut samples = Samples::default();
    let begin = already_used(folder)?;
    let people = folder.cast.booked_here.iter().skip(begin).take(scans);
    for person in people {
        one(person, &scanner, &running, &shown, &screen, &mut samples)?;
        samples.floor.push(floor.write()?);
    }
    running.stop();
    if samples.frame.len() < scans {
        bail!("the sample of today is used up: remove target/bench");
    }
    remember_used(folder, begin + scans)?;
    put(residents, samples, report);
    Ok(())
}

fn put(residents: usize, mut samples: Samples, report: &mut Report) {
    let (floor_p50_ms, floor_p99_ms) = (quantile(&mut samples.floor, 0.5), quantile(&mut samples.floor, 0.99));
    let case = |case, samples: &mut [f64]| Case {
        case,
        residents,
        p50_ms: quantile(samples, 0.5),
        p99_ms: quantile(samples, 0.99),
        floor_p50_ms,
        floor_p99_ms,
        ..Case::default()
    };
    let draw = quantile(&mut samples.draw, 0.5);
    let frame = Case { floor_p50_ms: draw, floor_p99_ms: None, ..case("scan-to-frame", &mut samples.frame) };
    report.put(&frame);
    report.put(&case("scan-to-durable", &mut samples.durable));
    report.put(&case("press-to-durable", &mut samples.press));
}

/// One person: scan, verdict drawn, check-in pressed at once, recorded.
fn one(
    person: &Member,
    scanner: &PtyScanner,
    running: &Running,
    shown: &Receiver<View>,
    screen: &Headless,
    samples: &mut Samples,
) -> Result<()> {
    let is_person = |view: &View| match &view.screen {
        Screen::Verdict(verdict) => verdict.person.voucher.number.as_str() == person.number,
        _ => false,
    };
    scanner.scan(&person.code18)?;
    let sent = Instant::now();
    let view = wait(shown, is_person)?;
    let judged = sent.elapsed();
    screen.show(&view);
    let drawing = Instant::now();
    let frame = screen.frame();
    samples.draw.push(ms(drawing.elapsed()));
    samples.frame.push(ms(sent.elapsed()));
    drop(frame);
    let pressed = Instant::now();
    running.inputs.send(Input::Event(Event::Press(Press::CheckIn)))?;
    wait(shown, |view| matches!(view.screen, Screen::Done(_)))?;
    samples.press.push(ms(pressed.elapsed()));
    samples.durable.push(ms(judged + pressed.elapsed()));
    Ok(())
}

fn wait(shown: &Receiver<View>, fits: impl Fn(&View) -> bool) -> Result<View> {
    loop {
        let view = shown.recv_timeout(PATIENCE).context("the kiosk shows nothing more")?;
        if fits(&view) {
            return Ok(view);
        }
    }
}
