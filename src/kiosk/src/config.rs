//! `kiosk.toml`: what this kiosk is.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use uketsuke_domain::code::Municipality;
use uketsuke_domain::ids::{Booth, StaffCode, VenueNumber};
use uketsuke_domain::kiosk::{Config as KioskConfig, StaffMember};
use uketsuke_domain::log::Topic;
use uketsuke_domain::reference::Role;
use uketsuke_domain::screen::Station;
use uketsuke_hardware::scanner::SerialConfig;
use uketsuke_hardware::stick::StickConfig;

/// The file, as enrolment writes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// 端末名, as people call it (受付1).
    pub name: String,
    /// 会場番号.
    pub venue: VenueNumber,
    /// 自治体番号.
    pub municipality: Municipality,
    /// What it does.
    pub station: Station,
    /// ブース.
    #[serde(default)]
    pub booth: Option<Booth>,
    /// The centre's sync address, `host:port`.
    pub centre: String,
    /// The centre's public key, 64 hexadecimal digits: nobody else is believed to be the centre.
    pub centre_key: CentreKey,
    /// Who works at it. Signing in has its own issue.
    pub staff: Staff,
    /// The serial scanner, where there is one.
    #[serde(default)]
    pub scanner: Option<SerialConfig>,
    /// The other kiosks of the venue.
    #[serde(default)]
    pub room: Room,
    /// Where USB sticks are found.
    #[serde(default)]
    pub courier: StickConfig,
}

/// How kiosks of a venue meet.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Room {
    /// Where this kiosk listens; port 0 is any free one.
    pub listen: SocketAddr,
    /// Others that are known by address (`host:port`), where no multicast gets through.
    pub peers: Vec<String>,
    /// Whether others are looked for.
    pub discover: Discover,
}

/// Where other kiosks are looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Discover {
    /// On every network of the machine.
    #[default]
    Room,
    /// On this machine alone: several kiosks for a demonstration.
    ThisMachine,
    /// Nowhere.
    Off,
}

impl Default for Room {
    fn default() -> Self {
        let any = SocketAddr::from(([0, 0, 0, 0], 0));
        Self { listen: any, peers: Vec::new(), discover: Discover::Room }
    }
}

/// Who works at a kiosk.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Staff {
    code: StaffCode,
    name: String,
    role: Role,
}

/// The centre's public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct CentreKey(pub [u8; 32]);

impl TryFrom<String> for CentreKey {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let key = uketsuke_domain::log::Digest32::from_hex(&text).ok_or("64 hexadecimal digits are due")?;
        Ok(Self(key.0))
    }
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file can't be read.
    #[error("{path}: {why}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        why: std::io::Error,
    },
    /// The file is there and can't be understood.
    #[error("{path}: {why}")]
    Toml {
        /// The file.
        path: PathBuf,
        /// Why, with the line.
        why: Box<toml::de::Error>,
    },
}

impl Config {
    /// Reads `kiosk.toml` of a folder.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn read(folder: &Path) -> Result<Self, ConfigError> {
        let path = folder.join("kiosk.toml");
        let text = fs::read_to_string(&path).map_err(|why| ConfigError::Io { path: path.clone(), why })?;
        toml::from_str(&text).map_err(|why| ConfigError::Toml { path, why: Box::new(why) })
    }

    /// What the kiosk's behaviour needs of it.
    pub fn kiosk(&self) -> KioskConfig {
        KioskConfig {
            station: self.station,
            station_name: self.name.clone(),
            venue: self.venue.clone(),
            municipality: self.municipality,
            booth: self.booth.clone(),
            staff: StaffMember { code: self.staff.code.clone(), name: self.staff.name.clone(), role: self.staff.role },
        }
    }

    /// The topic that this kiosk writes in.
    pub fn venue_topic(&self) -> Topic {
        Topic::venue(self.municipality, &self.venue)
    }
}
