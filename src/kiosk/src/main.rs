//! `uketsuke-kiosk`: the kiosk's command line.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use uketsuke_kiosk::courier::Receiver;
use uketsuke_kiosk::sample_scanner::{Target, parse_target};
use uketsuke_kiosk::{courier, decode, front, sample_scanner};
use uketsuke_replica::courier::Bundled;
use uketsuke_terminal::Bar;
use uketsuke_ui::WindowOptions;

/// The kiosk at the door and at the certificate desk.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Without a desktop: SLINT_BACKEND=linuxkms-software uketsuke-kiosk run --dir DIR --fullscreen"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the kiosk of a folder.
    Run {
        /// The kiosk's folder, as `uketsuke-center enrol` makes it.
        #[arg(long)]
        dir: PathBuf,
        /// Without a display: commands as JSON lines on standard input, views on standard output.
        #[arg(long)]
        headless: bool,
        /// The window's size, in pixels.
        #[arg(long, default_value = "1024x600", value_parser = parse_size)]
        size: (u32, u32),
        /// Over the whole screen.
        #[arg(long)]
        fullscreen: bool,
    },
    /// Writes all that the centre (or another kiosk) is not known to hold into one sealed file: for a USB stick.
    BundleOut {
        /// The kiosk's folder.
        #[arg(long)]
        dir: PathBuf,
        /// `centre`, or another kiosk's `device.cert`.
        #[arg(long, default_value = "centre")]
        to: String,
        /// The file to write.
        #[arg(long)]
        out: PathBuf,
    },
    /// Takes in a file that the centre or another kiosk wrote for this one.
    BundleIn {
        /// The kiosk's folder.
        #[arg(long)]
        dir: PathBuf,
        /// The file.
        file: PathBuf,
    },
    /// Prints what the camera path reads in image files, one line a code.
    Decode {
        /// PNG files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// A window of sample vouchers to click into kiosks.
    SampleScanner {
        /// `cast.json` of `uketsuke-center sample`.
        #[arg(long)]
        cast: PathBuf,
        /// A scanner: what the button says, and where the kiosk looks for its tty (受付=PATH). May be repeated.
        #[arg(long = "to", required = true, value_parser = parse_target)]
        targets: Vec<Target>,
    },
}

fn parse_size(text: &str) -> Result<(u32, u32), String> {
    let (width, height) = text.split_once('x').ok_or("WIDTHxHEIGHT is due")?;
    let read = |text: &str| text.parse::<u32>().map_err(|why| why.to_string());
    match (read(width)?, read(height)?) {
        size @ (320..=7680, 240..=4320) => Ok(size),
        _ => Err("between 320x240 and 7680x4320".to_owned()),
    }
}

fn main() -> ExitCode {
    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("info,automerge=warn")).init();
    match run(Cli::parse().command) {
        Ok(code) => code,
        Err(why) => {
            log::error!("{why:#}");
            ExitCode::FAILURE
        }
    }
}

/// What became of a bundle, in a sentence for staff.
fn told(done: &Bundled) -> String {
    let news = format!("{} 件のうち {} 件を新しく取り込みました", done.entries, done.added);
    if done.gaps == 0 {
        return news;
    }
    format!("{news}。先に作られたファイルがまだ届いていないため、残りは取り込んでいません")
}

#[expect(clippy::print_stdout, reason = "a command line answers on standard output")]
fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Run { dir, headless: true, size, .. } => front::headless(&dir, size)?,
        Command::Run { dir, size, fullscreen, .. } => {
            let name = uketsuke_kiosk::config::Config::read(&dir)?.name;
            let options = WindowOptions { title: format!("受付｜{name}"), size, fullscreen };
            front::windowed(&dir, options).with_context(|| format!("{}", dir.display()))?;
        }
        Command::BundleOut { dir, to, out } => {
            let to = Receiver::read(&to)?;
            let mut bar = Bar::new(&out.display().to_string());
            let done = courier::bundle_out(&dir, &to, &out, &mut |done, of| bar.show(done, of))?;
            drop(bar);
            println!("{}：{} 件を書き出しました", out.display(), done.entries);
        }
        Command::BundleIn { dir, file } => {
            let mut bar = Bar::new(&file.display().to_string());
            let done = courier::bundle_in(&dir, &file, &mut |done, of| bar.show(done, of))?;
            drop(bar);
            println!("{}：{}", file.display(), told(&done));
        }
        Command::Decode { files } => {
            let all = decode::decode(&files, |line| println!("{line}"));
            return Ok(if all { ExitCode::SUCCESS } else { ExitCode::from(2) });
        }
        Command::SampleScanner { cast, targets } => sample_scanner::run(&cast, &targets)?,
    }
    Ok(ExitCode::SUCCESS)
}
