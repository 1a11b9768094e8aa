//! One day with a lost line and a power cut: two kiosks and a centre, 5,000 residents.
//!
//! Every scan goes through a pty, every press is one that a person would make, and at the end what the screens
//! acknowledged is compared with what the centre holds.

mod acts;
mod day;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::harness::{
    Acknowledgement, Agreement, Cast, CentreFolder, CentreProcess, KioskProcess, KioskSpec, agreement,
};

/// What came of the day.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Codes held under a scanner.
    pub scans: usize,
    /// Facts that a screen said are recorded.
    pub acknowledged: usize,
    /// Of these, those that the centre does not hold.
    pub lost: usize,
    /// The kinds of the open reviews at the centre.
    pub reviews: Vec<String>,
    /// Whether all three agree.
    pub agreement: Agreement,
    /// How long it took.
    pub took: Duration,
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "demo: scans={} acknowledged={} lost={} reviews={} converged={} seconds={:.1}",
            self.scans,
            self.acknowledged,
            self.lost,
            self.reviews.len(),
            if self.agreement.is_whole() { "yes" } else { "no" },
            self.took.as_secs_f64()
        )
    }
}

/// How long replicas may take to agree once the line is back.
const AGREE_WITHIN: Duration = Duration::from_mins(1);

/// Which kiosk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Entrance,
    Desk,
}

/// The day's props.
struct Day<'a> {
    folder: PathBuf,
    centre: CentreFolder,
    server: Option<CentreProcess>,
    port: u16,
    cast: Cast,
    entrance: KioskProcess,
    entrance_spec: KioskSpec,
    desk: KioskProcess,
    desk_spec: KioskSpec,
    /// What kiosks acknowledged before they were killed.
    earlier: Vec<Acknowledgement>,
    scans: usize,
    pictures: usize,
    tell: &'a mut dyn FnMut(&str),
}

/// Plays the day in a folder, saving pictures of the screens there.
pub fn play(folder: &Path, residents: usize, tell: &mut dyn FnMut(&str)) -> Result<Outcome> {
    let begun = Instant::now();
    let mut day = Day::open(folder, residents, tell)?;
    day.online()?;
    day.line_lost()?;
    day.power_cut()?;
    day.line_back()?;
    day.close(begun)
}

impl<'a> Day<'a> {
    fn open(folder: &Path, residents: usize, tell: &'a mut dyn FnMut(&str)) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let folder = folder.canonicalize()?;
        tell(&format!("本部を用意します（住民 {residents} 人）"));
        let centre = CentreFolder::make(&folder, residents, 1)?;
        let server = CentreProcess::start(&centre, 0, &folder.join("center.log"))?;
        let port = server.port()?;
        let url = format!("127.0.0.1:{port}");
        let spec = |name, station, staff, at: &str| KioskSpec { name, station, staff, folder: folder.join(at) };
        let entrance_spec = spec("受付1", "entrance-staffed", "S01", "entrance");
        let desk_spec = spec("接種済証1", "certificate-desk", "M01", "desk");
        entrance_spec.enrol(&centre, &url)?;
        desk_spec.enrol(&centre, &url)?;
        let cast = Cast::read(&folder.join("sample/cast.json"))?;
        tell("端末2台を起動し、本部からデータを受け取ります");
        let entrance = KioskProcess::start(&entrance_spec, &folder.join("entrance.log"))?;
        let desk = KioskProcess::start(&desk_spec, &folder.join("desk.log"))?;
        for kiosk in [&entrance, &desk] {
            kiosk.wait("the first filling", crate::harness::Seen::is_connected)?;
        }
        Ok(Self {
            folder,
            centre,
            server: Some(server),
            port,
            cast,
            entrance,
            entrance_spec,
            desk,
            desk_spec,
            earlier: Vec::new(),
            scans: 0,
            pictures: 0,
            tell,
        })
    }

    /// All three come to rest and are compared.
    fn close(mut self, begun: Instant) -> Result<Outcome> {
        let folders = [self.entrance_spec.folder.clone(), self.desk_spec.folder.clone()];
        let kiosks: Vec<&Path> = folders.iter().map(PathBuf::as_path).collect();
        let end = Instant::now() + AGREE_WITHIN;
        while !agreement(&self.centre.path, &kiosks)?.is_whole() && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(100));
        }
        self.picture(At::Entrance, "end-of-day")?;
        let Self { entrance, desk, server, centre, scans, earlier: mut acknowledged, .. } = self;
        acknowledged.extend(entrance.stop()?);
        acknowledged.extend(desk.stop()?);
        if let Some(server) = server {
            server.kill()?;
        }
        let said: BTreeSet<String> = acknowledged.into_iter().map(|acknowledged| acknowledged.fact).collect();
        let held: BTreeSet<String> =
            centre.facts()?.iter().filter_map(|fact| fact["id"].as_str().map(str::to_owned)).collect();
        let reviews = centre.reviews()?;
        Ok(Outcome {
            scans,
            acknowledged: said.len(),
            lost: said.difference(&held).count(),
            reviews: reviews.iter().filter_map(|review| review["kind"].as_str().map(str::to_owned)).collect(),
            agreement: agreement(&centre.path, &kiosks)?,
            took: begun.elapsed(),
        })
    }
}
