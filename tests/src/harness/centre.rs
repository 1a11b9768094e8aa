//! The centre: its folder through the command line, and its server as a process.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::binary;

/// A centre's folder.
#[derive(Clone, Debug)]
pub struct CentreFolder {
    /// The folder.
    pub path: PathBuf,
}

/// A running server. Dropping it kills it.
#[derive(Debug)]
pub struct CentreProcess {
    child: Child,
    /// The console's, `127.0.0.1:port`.
    pub address: String,
    /// The kiosks', `127.0.0.1:port`.
    pub sync: String,
}

impl CentreFolder {
    /// Makes a centre with a sample municipality in `folder/centre`, from CSV files in `folder/sample`.
    pub fn make(folder: &Path, residents: usize, seed: u64) -> Result<Self> {
        wait_for_midnight();
        let sample = folder.join("sample");
        let centre = Self { path: folder.join("centre") };
        let (residents, seed) = (residents.to_string(), seed.to_string());
        let sample_path = text(&sample)?;
        run(&["sample", "--residents", &residents, "--seed", &seed, "--out", sample_path])?;
        run(&["init", "--dir", text(&centre.path)?, "--municipality", "132080", "--name", "調布市"])?;
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(&sample)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
        files.retain(|file| file.extension().is_some_and(|extension| extension == "csv"));
        let mut arguments = vec!["import", "--dir", text(&centre.path)?];
        for file in &files {
            arguments.push(text(file)?);
        }
        run(&arguments)?;
        Ok(centre)
    }

    /// Runs a subcommand on this folder and answers its standard output.
    pub fn run(&self, subcommand: &str, more: &[&str]) -> Result<String> {
        let mut arguments = vec![subcommand, "--dir", text(&self.path)?];
        arguments.extend(more);
        run(&arguments)
    }

    /// Every fact that the centre holds.
    pub fn facts(&self) -> Result<Vec<Value>> {
        self.run("facts", &[])?.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
    }

    /// The open reviews.
    pub fn reviews(&self) -> Result<Vec<Value>> {
        self.run("reviews", &[])?.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
    }
}

/// Bookings are for the day that a sample is made: a test that would cross midnight in Japan waits until it is past.
fn wait_for_midnight() {
    const DAY_MS: i64 = 86_400_000;
    let since_midnight = (uketsuke_kiosk::clock::wall().0 + 9 * 3_600_000).rem_euclid(DAY_MS);
    let left = DAY_MS - since_midnight;
    if left < 4 * 60_000 {
        std::thread::sleep(std::time::Duration::from_millis(left.unsigned_abs() + 1000));
    }
}

/// Runs the centre's command line to its end.
fn run(arguments: &[&str]) -> Result<String> {
    let output = Command::new(binary("uketsuke-center")?)
        .args(arguments)
        .env("RUST_LOG", "warn")
        .output()
        .context("running uketsuke-center")?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(
        output.status.success(),
        "uketsuke-center {arguments:?}: {}\n{said}{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(said)
}

pub(super) fn text(path: &Path) -> Result<&str> {
    path.to_str().context("a path that is no text")
}

impl CentreProcess {
    /// Starts the server; the kiosks' `port` 0 takes a free one, as the console always does.
    pub fn start(folder: &CentreFolder, port: u16, log: &Path) -> Result<Self> {
        Self::start_at(folder, &format!("127.0.0.1:{port}"), log)
    }

    /// Starts the server; kiosks reach it at `sync`.
    pub fn start_at(folder: &CentreFolder, sync: &str, log: &Path) -> Result<Self> {
        let mut child = Command::new(binary("uketsuke-center")?)
            .args(["serve", "--dir", text(&folder.path)?, "--listen", "127.0.0.1:0"])
            .args(["--sync", sync])
            .env("RUST_LOG", "info,automerge=warn")
            .stdout(Stdio::piped())
            .stderr(std::fs::OpenOptions::new().create(true).append(true).open(log)?)
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
        // 管理画面 http://127.0.0.1:8710/　同期 127.0.0.1:8711
        let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next());
        let sync = line.trim_end().rsplit(' ').next().filter(|last| last.contains(':'));
        let (Some(address), Some(sync)) = (address.map(str::to_owned), sync.map(str::to_owned)) else {
            child.kill()?;
            bail!("the centre did not start; see {}", log.display());
        };
        Ok(Self { child, address, sync })
    }

    /// The kiosks' port.
    pub fn port(&self) -> Result<u16> {
        Ok(self.sync.rsplit(':').next().unwrap_or_default().parse()?)
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Kills it, as a power cut would.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for CentreProcess {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
