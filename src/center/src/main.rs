//! `uketsuke-center`: the centre's command line.

mod log_commands;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand, ValueEnum};
use uketsuke_center::centre::Centre;
use uketsuke_center::csvs::{Newline, Profile, TextEncoding};
use uketsuke_center::enrol::{NewKiosk, enrol};
use uketsuke_center::{clock, export, import, rebuild, sample, serve};
use uketsuke_domain::code::Municipality;
use uketsuke_domain::facts::KnownFact;
use uketsuke_domain::record::DocumentId;
use uketsuke_domain::time::Day;
use uketsuke_terminal::Bar;

use log_commands::LogCommand;

/// The centre: bookings of a municipality, sync with the kiosks, imports and exports.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes a new centre in a folder.
    Init {
        /// The folder.
        #[arg(long)]
        dir: PathBuf,
        /// 自治体番号.
        #[arg(long)]
        municipality: String,
        /// The municipality's name.
        #[arg(long)]
        name: String,
        /// Settings; without it, the sample's.
        #[arg(long)]
        settings: Option<PathBuf>,
    },
    /// Brings in CSV files; the kind is told by the name (venues.csv, bookings.csv, …). Order does not matter.
    Import {
        /// The centre's folder.
        #[arg(long)]
        dir: PathBuf,
        /// The files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Replaces the municipality's settings, after checking them.
    Settings {
        /// The centre's folder.
        #[arg(long)]
        dir: PathBuf,
        /// The new settings.toml.
        file: PathBuf,
    },
    /// Makes a kiosk's folder and lets the kiosk connect.
    Enrol {
        /// The centre's folder.
        #[arg(long)]
        dir: PathBuf,
        #[command(flatten)]
        kiosk: NewKiosk,
    },
    #[command(flatten)]
    Log(LogCommand),
    /// Serves the sync endpoint and the console.
    Serve {
        /// The centre's folder.
        #[arg(long)]
        dir: PathBuf,
        /// The console's address; port 0 takes a free one.
        #[arg(long, default_value = "127.0.0.1:8710")]
        listen: SocketAddr,
        /// The kiosks' address; port 0 takes a free one.
        #[arg(long, default_value = "0.0.0.0:8711")]
        sync: SocketAddr,
    },
    /// Writes the results CSV: one row for each dose that counts.
    Export {
        /// The centre's folder.
        #[arg(long)]
        dir: PathBuf,
        /// The file.
        #[arg(long)]
        out: PathBuf,
        /// Also the earlier doses that were imported from other systems.
        #[arg(long)]
        with_imported: bool,
        /// The file's encoding.
        #[arg(long, value_enum, default_value_t = Encoding::Utf8)]
        encoding: Encoding,
    },
    /// Prints every fact as one JSON object a line, for audits.
    Facts {
        /// The centre's folder.
        #[arg(long)]
        dir: PathBuf,
    },
    /// Prints the open reviews as one JSON object a line.
    Reviews {
        /// The centre's folder.
        #[arg(long)]
        dir: PathBuf,
    },
    /// Makes everything that can be derived from the log anew.
    Rebuild {
        /// The centre's folder.
        #[arg(long)]
        dir: PathBuf,
    },
    /// Writes the CSV files and voucher sheets of a made-up municipality.
    Sample {
        /// 自治体番号.
        #[arg(long, default_value = "132080")]
        municipality: String,
        /// How many residents.
        #[arg(long, default_value_t = 5000)]
        residents: usize,
        /// The same seed gives the same files.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// The day of the bookings; without it, today.
        #[arg(long)]
        day: Option<String>,
        /// The folder.
        #[arg(long)]
        out: PathBuf,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Encoding {
    /// UTF-8 without a mark.
    Utf8,
    /// UTF-8 with a mark, as Excel wants it.
    Utf8Bom,
    /// `Shift_JIS` (CP932).
    Cp932,
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

#[expect(clippy::print_stdout, reason = "a command line answers on standard output")]
fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Init { dir, municipality, name, settings } => {
            Centre::init(&dir, Municipality::parse(&municipality)?, &name, settings.as_deref())?;
            println!("{} に本部を作成しました", dir.display());
        }
        Command::Import { dir, files } => return import_files(&mut Centre::open(&dir)?, files),
        Command::Enrol { dir, kiosk } => {
            enrol(&mut Centre::open(&dir)?, &kiosk)?;
            println!("{} に端末「{}」を作成しました", kiosk.out.display(), kiosk.name);
        }
        Command::Log(command) => return command.run(),
        Command::Serve { dir, listen, sync } => {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
            // `block_in_place` needs a worker of the runtime.
            runtime
                .block_on(async move { tokio::spawn(async move { serve::serve(&dir, listen, sync).await }).await })??;
        }
        Command::Export { dir, out, with_imported, encoding } => {
            return export_results(&Centre::open(&dir)?, &out, with_imported, encoding);
        }
        Command::Settings { dir, file } => {
            let text = std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
            Centre::open(&dir)?.replace_settings(&text)?;
            println!("設定を置き換えました。端末には次の同期で届きます");
        }
        Command::Facts { dir } => print_facts(&Centre::open(&dir)?)?,
        Command::Reviews { dir } => print_reviews(&Centre::open(&dir)?)?,
        Command::Rebuild { dir } => {
            let mut centre = Centre::open(&dir)?;
            let mut bar = Bar::new("作り直し");
            let entries = rebuild::rebuild(&mut centre, &mut |done, total| bar.show(done, total))?;
            drop(bar);
            println!("記録 {entries} 件から、すべての表を作り直しました");
        }
        Command::Sample { municipality, residents, seed, day, out } => {
            let day = match &day {
                Some(text) => Day::parse(text).with_context(|| format!("{text}: no such day"))?,
                None => Day(clock::now().day()),
            };
            let municipality = Municipality::parse(&municipality)?;
            let options = sample::SampleOptions { municipality, residents, seed, day };
            sample::write(&sample::generate(&options), &out, &mut |file| log::info!("{file}"))?;
            println!("{} に見本（{residents} 人、{day}）を書き出しました", out.display());
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Files in the order in which they refer to one another, whatever order they were named in.
#[expect(clippy::print_stdout, reason = "a command line answers on standard output")]
fn import_files(centre: &mut Centre, mut files: Vec<PathBuf>) -> Result<ExitCode> {
    let place = |file: &PathBuf| {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        import::ORDER.iter().position(|kind| name.ends_with(kind))
    };
    files.sort_by_key(place);
    let mut all_good = true;
    for file in files {
        let mut bar = Bar::new(&file.display().to_string());
        let mut progress = |done, total| bar.show(done as u64, total as u64);
        let report =
            import::import_file(centre, &file, &mut progress).with_context(|| format!("{}", file.display()))?;
        drop(bar);
        all_good &= report.refused.is_empty();
        print!("{}　{report}", file.display());
    }
    Ok(if all_good { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

#[expect(clippy::print_stdout, reason = "a command line answers on standard output")]
fn export_results(centre: &Centre, out: &PathBuf, with_imported: bool, encoding: Encoding) -> Result<ExitCode> {
    let profile = Profile {
        encoding: match encoding {
            Encoding::Utf8 => TextEncoding::Utf8,
            Encoding::Utf8Bom => TextEncoding::Utf8Bom,
            Encoding::Cp932 => TextEncoding::Cp932,
        },
        newline: Newline::CrLf,
        ..Profile::default()
    };
    let mut file = BufWriter::new(File::create(out).with_context(|| format!("creating {}", out.display()))?);
    let exported = export::export(centre, profile, with_imported, &mut file)?;
    file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
    println!("{}：{} 件を書き出しました", out.display(), exported.written.rows);
    if exported.unsettled > 0 {
        println!("要確認のため除いた接種：{} 件", exported.unsettled);
    }
    if exported.imported > 0 {
        println!("他システムから取り込んだため除いた接種：{} 件（--with-imported で含めます）", exported.imported);
    }
    for refused in &exported.written.refused {
        println!("書き出せなかった行：{refused}");
    }
    Ok(if exported.written.refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

#[derive(serde::Serialize)]
struct FactLine<'a> {
    record: DocumentId,
    hash: uketsuke_domain::ids::FactHash,
    #[serde(flatten)]
    fact: &'a uketsuke_domain::facts::Fact,
}

fn print_facts(centre: &Centre) -> Result<()> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    centre.store.each_fact(|record: DocumentId, KnownFact { hash, fact }| -> Result<()> {
        serde_json::to_writer(&mut out, &FactLine { record, hash, fact: &fact })?;
        Ok(out.write_all(b"\n")?)
    })?;
    Ok(out.flush()?)
}

fn print_reviews(centre: &Centre) -> Result<()> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    for open in centre.store.reviews(u32::MAX)? {
        serde_json::to_writer(&mut out, &open.review)?;
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}
