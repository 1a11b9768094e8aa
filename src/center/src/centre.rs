//! A centre's folder: database, keys and settings.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use anyhow::{Context, Result, bail};
use uketsuke_domain::code::Municipality;
use uketsuke_domain::log::Topic;
use uketsuke_domain::record::{DocumentId, DocumentKind, Value};
use uketsuke_domain::reference::Settings;
use uketsuke_store::{Key, Options, Store};
use uketsuke_sync::author::Author;
use uketsuke_sync::identity::Identity;

use uketsuke_replica::publish::Publisher;

/// The settings that a new centre begins with.
pub const DEFAULT_SETTINGS: &str = include_str!("settings.default.toml");

/// A centre that was opened.
#[derive(Debug)]
pub struct Centre {
    /// Its folder.
    pub folder: PathBuf,
    /// Its database.
    pub store: Store,
    /// Under which it writes.
    pub identity: Identity,
    /// The secret of the cards' keys.
    pub card_secret: [u8; 32],
    /// Whose it is.
    pub municipality: Municipality,
}

const DATABASE: &str = "center.db";
const DATABASE_KEY: &str = "database.key";
const IDENTITY_KEY: &str = "identity.key";
const CARD_KEY: &str = "card.key";
const SETTINGS: &str = "settings.toml";

/// This start of the program: its chains are named by it, whichever connection writes.
static INCARNATION: LazyLock<u64> = LazyLock::new(|| {
    let key = fresh_key().unwrap_or_else(|why| {
        log::error!("{why:#}");
        [0; 32]
    });
    key.first_chunk().copied().map(u64::from_be_bytes).unwrap_or_default()
});

impl Centre {
    /// Makes a new centre in a folder.
    ///
    /// # Errors
    /// When there is one already, the settings are wrong, or the disk refuses.
    pub fn init(folder: &Path, municipality: Municipality, name: &str, settings: Option<&Path>) -> Result<Self> {
        if folder.join(DATABASE).exists() {
            bail!("{} holds a centre already", folder.display());
        }
        let text = match settings {
            Some(path) => std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?,
            None => default_settings(municipality, name),
        };
        // Checked before anything is made, so that a mistake can be put right and tried again.
        checked(&text, municipality)?;
        std::fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
        std::fs::write(folder.join(SETTINGS), &text)?;
        for key in [DATABASE_KEY, IDENTITY_KEY, CARD_KEY] {
            Key::read_or_create(&folder.join(key), fresh_key()?)?;
        }
        let mut centre = Self::open_with(folder, municipality)?;
        centre.put_settings(&text)?;
        Ok(centre)
    }

    /// Opens the centre of a folder.
    ///
    /// # Errors
    /// When there is none, or its key does not fit.
    pub fn open(folder: &Path) -> Result<Self> {
        if !folder.join(DATABASE).exists() {
            bail!("{} holds no centre; make one with `uketsuke-center init`", folder.display());
        }
        let text = std::fs::read_to_string(folder.join(SETTINGS)).context("reading settings.toml")?;
        let settings: Settings = toml::from_str(&text).context("settings.toml")?;
        Self::open_with(folder, settings.municipality)
    }

    fn open_with(folder: &Path, municipality: Municipality) -> Result<Self> {
        let key = |name: &str| Key::read(&folder.join(name));
        let database = folder.join(DATABASE);
        let identity = Identity::new(key(IDENTITY_KEY)?.bytes(), *INCARNATION);
        let options = Options { track_places: true, centre: Some(identity.public_key()) };
        let store = Store::open(&database, &key(DATABASE_KEY)?, options)
            .with_context(|| format!("opening {}", database.display()))?;
        let card_secret = *key(CARD_KEY)?.bytes();
        Ok(Self { folder: folder.to_owned(), store, identity, card_secret, municipality })
    }

    /// The cards' key file, which every kiosk of the municipality needs.
    pub fn card_key_file(&self) -> PathBuf {
        self.folder.join(CARD_KEY)
    }

    /// The topic that every kiosk of the municipality has.
    pub fn municipality_topic(&self) -> Topic {
        Topic::municipality(self.municipality)
    }

    /// Replaces the settings, in the folder's file as well. What was folded under the old ones is folded anew.
    ///
    /// # Errors
    /// When they are wrong, or are another municipality's; then nothing changed.
    pub fn replace_settings(&mut self, text: &str) -> Result<()> {
        self.put_settings(text)?;
        std::fs::write(self.folder.join(SETTINGS), text)?;
        self.store.rebuild(|_| {})?;
        Ok(())
    }

    fn put_settings(&mut self, text: &str) -> Result<()> {
        let settings = checked(text, self.municipality)?;
        let value = Value::Text(serde_json::to_string(&settings)?);
        self.put_fields(DocumentKind::Settings, "settings", [("settings".to_owned(), value)])?;
        self.store.refresh_settings()?;
        Ok(())
    }

    /// Edits the fields of a document of the municipality's topic.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn put_fields(
        &mut self,
        kind: DocumentKind,
        about: &str,
        fields: impl IntoIterator<Item = (String, Value)>,
    ) -> Result<()> {
        let topic = self.municipality_topic();
        let fields = fields.into_iter().collect();
        let identity = &self.identity;
        self.store.write(|tx| -> Result<()> {
            Author::new(identity, tx).fields(&topic, (kind, DocumentId::of(kind, about)), &fields)?;
            Ok(())
        })
    }

    /// What publishing needs to know.
    pub fn publisher(&self) -> Publisher {
        Publisher { identity: self.identity.clone(), card_secret: self.card_secret, municipality: self.municipality }
    }
}

/// Reads settings and checks what the types cannot.
fn checked(text: &str, municipality: Municipality) -> Result<Settings> {
    let settings: Settings = toml::from_str(text).context("settings")?;
    settings.check()?;
    if settings.municipality != municipality {
        bail!("the settings are of {}, this centre is of {municipality}", settings.municipality);
    }
    Ok(settings)
}

fn default_settings(municipality: Municipality, name: &str) -> String {
    DEFAULT_SETTINGS
        .replace("municipality = \"132080\"", &format!("municipality = \"{municipality}\""))
        .replace("name = \"調布市\"", &format!("name = {name:?}"))
}

/// 32 random bytes of the system.
///
/// # Errors
/// When the system has none.
pub fn fresh_key() -> Result<[u8; 32]> {
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(|why| anyhow::anyhow!("no randomness: {why}"))?;
    Ok(key)
}
