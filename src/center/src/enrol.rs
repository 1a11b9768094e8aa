//! Makes a kiosk's folder and lets the kiosk connect. A stand-in until enrolment by code has its own issue: here the
//! folder is carried to the kiosk by hand.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use uketsuke_domain::ids::VenueNumber;
use uketsuke_domain::log::{Digest32, Topic};
use uketsuke_domain::record::{DocumentKind, Value};
use uketsuke_domain::reference::Device;
use uketsuke_store::Key;
use uketsuke_sync::certificate::{Certificate, Leave};
use uketsuke_sync::identity::Identity;

use crate::centre::{Centre, fresh_key};

/// A kiosk to be made.
#[derive(Clone, Debug, Args)]
pub struct NewKiosk {
    /// 端末名, as people call it (受付1).
    #[arg(long)]
    pub name: String,
    /// 会場番号.
    #[arg(long)]
    pub venue: String,
    /// entrance-self, entrance-staffed, certificate-desk or manager.
    #[arg(long)]
    pub station: String,
    /// ブース.
    #[arg(long)]
    pub booth: Option<String>,
    /// 職員コード of who works at it.
    #[arg(long)]
    pub staff: String,
    /// The centre's sync address, host:port.
    #[arg(long)]
    pub url: String,
    /// Where it listens for the other kiosks of the venue; any free port of any network without it.
    #[arg(long)]
    pub listen: Option<SocketAddr>,
    /// Another kiosk that is known by address (host:port). May be repeated.
    #[arg(long = "peer")]
    pub peers: Vec<String>,
    /// Where others are looked for: room, this-machine or off.
    #[arg(long, default_value = "room", value_parser = ["room", "this-machine", "off"])]
    pub discover: String,
    /// The scanner's tty; none for a kiosk without one.
    #[arg(long)]
    pub scanner: Option<PathBuf>,
    /// The folder to make.
    #[arg(long)]
    pub out: PathBuf,
}

/// Makes the kiosk's folder and enters its key.
///
/// # Errors
/// When the venue or the staff member is unknown, or the folder holds a kiosk already.
pub fn enrol(centre: &mut Centre, new: &NewKiosk) -> Result<()> {
    let venue = VenueNumber(new.venue.clone());
    let venues: Vec<uketsuke_domain::reference::Venue> = crate::import::decode_all(centre, DocumentKind::Venue)?;
    if !venues.iter().any(|known| known.number == venue) {
        bail!("会場 {venue} は登録されていません");
    }
    let accounts: Vec<uketsuke_domain::reference::Account> = crate::import::decode_all(centre, DocumentKind::Accounts)?;
    let Some(staff) = accounts.iter().find(|account| account.code.as_str() == new.staff) else {
        bail!("職員コード {} は登録されていません", new.staff);
    };
    let station = serde_json::Value::String(new.station.clone());
    if serde_json::from_value::<uketsuke_domain::screen::Station>(station).is_err() {
        bail!("{}: entrance-self, entrance-staffed, certificate-desk, manager のいずれかです", new.station);
    }
    let config = new.out.join("kiosk.toml");
    if config.exists() {
        bail!("{} holds a kiosk already", new.out.display());
    }
    std::fs::create_dir_all(&new.out).with_context(|| format!("creating {}", new.out.display()))?;
    let device_key = Key::read_or_create(&new.out.join("device.key"), fresh_key()?)?;
    let card_key = Key::read_or_create(&new.out.join("card.key"), centre.card_secret)?;
    if *card_key.bytes() != centre.card_secret {
        bail!("{} holds another centre's card key", new.out.display());
    }
    let identity = Identity::new(device_key.bytes(), 0);
    let device = Device { name: new.name.clone(), venue: venue.clone(), station: new.station.clone() };
    let field = Digest32(identity.public_key()).to_string();
    let value = Value::Bytes(minicbor::to_vec(&device)?);
    let certificate = Certificate::sign(&centre.identity, leave(centre, identity.public_key(), &device));
    let file = new.out.join("device.cert");
    std::fs::write(&file, certificate.encode()).with_context(|| format!("writing {}", file.display()))?;
    centre.put_fields(DocumentKind::Devices, "devices", [(field, value)])?;
    std::fs::write(&config, kiosk_toml(centre, new, staff)?)
        .with_context(|| format!("writing {}", config.display()))?;
    Ok(())
}

fn kiosk_toml(centre: &Centre, new: &NewKiosk, staff: &uketsuke_domain::reference::Account) -> Result<String> {
    let mut table = toml::Table::new();
    let mut put = |key: &str, value: &str| table.insert(key.to_owned(), toml::Value::String(value.to_owned()));
    put("name", &new.name);
    put("venue", &new.venue);
    put("municipality", centre.municipality.as_str());
    put("station", &new.station);
    if let Some(booth) = &new.booth {
        put("booth", booth);
    }
    put("centre", &new.url);
    put("centre_key", &Digest32(centre.identity.public_key()).to_string());
    let member = toml::Table::from_iter([
        ("code".to_owned(), toml::Value::String(staff.code.to_string())),
        ("name".to_owned(), toml::Value::String(staff.name.clone())),
        ("role".to_owned(), toml::Value::try_from(staff.role)?),
    ]);
    table.insert("staff".to_owned(), toml::Value::Table(member));
    if let Some(scanner) = &new.scanner {
        let path = toml::Value::String(scanner.display().to_string());
        table.insert("scanner".to_owned(), toml::Value::Table(toml::Table::from_iter([("path".to_owned(), path)])));
    }
    table.insert("room".to_owned(), toml::Value::Table(room(new)));
    Ok(toml::to_string_pretty(&table)?)
}

fn room(new: &NewKiosk) -> toml::Table {
    let mut room = toml::Table::new();
    if let Some(listen) = &new.listen {
        room.insert("listen".to_owned(), toml::Value::String(listen.to_string()));
    }
    let peers = new.peers.iter().cloned().map(toml::Value::String).collect();
    room.insert("peers".to_owned(), toml::Value::Array(peers));
    room.insert("discover".to_owned(), toml::Value::String(new.discover.clone()));
    room
}

/// What a device may have, and where it writes.
pub fn leave(centre: &Centre, key: [u8; 32], device: &Device) -> Leave {
    let writes = Topic::venue(centre.municipality, &device.venue);
    let topics = vec![Topic::municipality(centre.municipality), writes.clone()];
    Leave { key, name: device.name.clone(), topics, writes }
}

/// Where a kiosk's folder is expected to hold its configuration.
pub fn config_file(folder: &Path) -> PathBuf {
    folder.join("kiosk.toml")
}
