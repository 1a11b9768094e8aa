//! A municipality's settings: everything that differs between municipalities or has no public source.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::authority::{AdjustError, Changes, Permissions};
use crate::code::{Municipality, StickerDigits};
use crate::ids::ProductId;
use crate::reference::Audience;
use crate::time::Day;

/// A municipality's settings, written as TOML at the centre and sent to every kiosk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The municipality whose vouchers the short bar code means.
    pub municipality: Municipality,
    /// Its name.
    pub name: String,
    /// Names of other municipalities, by code.
    #[serde(default)]
    pub neighbours: BTreeMap<String, String>,
    /// The vaccines in use.
    pub products: BTreeMap<String, Product>,
    /// 交互接種: between first and second dose of two different vaccines at least so many full days, counted as
    /// [`Product::first_interval_days`]. 27, so the 28th day (国分寺市; its own example says the 27th).
    #[serde(default = "default_mixed_days")]
    pub mixed_interval_days: u16,
    /// Intervals of the third dose and later.
    pub doses: DoseRule,
    /// What the 券種 digit means. No public source defines it, so a digit that is not here never blocks.
    #[serde(default)]
    pub sticker_kinds: BTreeMap<String, StickerKind>,
    /// The ages that get the vaccine for children.
    #[serde(default)]
    pub child: ChildAges,
    /// Below this age, in years, somebody must come with the child or have signed for it. Absent: nobody is asked.
    #[serde(default)]
    pub guardian_under: Option<u8>,
    /// How exactly people are to keep the booked time. Absent: not at all.
    #[serde(default)]
    pub arrival: Arrival,
    /// What becomes of a person who comes without a booking.
    #[serde(default)]
    pub walk_in: WalkIn,
    /// Whether a later dose is booked only when the doses before it are on record, or booked. Without it people whose record
    /// is late can book, and the door asks. No source: our default is the cautious one.
    #[serde(default = "yes")]
    pub later_doses_need_record: bool,
    /// Data older than this many minutes is called old on the screen.
    #[serde(default = "default_stale_minutes")]
    pub stale_after_minutes: u32,
    /// 管理者特別権限 ends by itself after this many minutes, 1–120. The default is our decision.
    #[serde(default = "default_special_minutes")]
    pub special_minutes: u16,
    /// Changes of the table of permissions: operation → role → grant. `docs/permissions.md` shows what may be changed.
    #[serde(default)]
    pub permissions: Changes,
}

fn default_stale_minutes() -> u32 {
    60
}

fn default_mixed_days() -> u16 {
    27
}

fn yes() -> bool {
    true
}

fn default_special_minutes() -> u16 {
    15
}

/// The ages that get the vaccine for children, by the age at the first dose: 5 to 11 years (004 ⑦ 小児用予約枠).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChildAges {
    /// ○歳以上.
    pub min_age: u8,
    /// ○歳以下.
    pub max_age: u8,
}

impl Default for ChildAges {
    fn default() -> Self {
        Self { min_age: 5, max_age: 11 }
    }
}

/// What becomes of a person who comes without a booking: each municipality's own policy (004 ⑱).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WalkIn {
    /// Taken in without one, on 会場責任者's word.
    #[default]
    TakeIn,
    /// A 当日枠 of today is booked, if one has a place; otherwise another day.
    BookToday,
    /// Not taken in today.
    SendAway,
}

/// How exactly people are to keep the booked time. No source: each municipality decided for itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// Who comes more than this many minutes before the slot begins is asked to come back.
    #[serde(default)]
    pub early_minutes: Option<u16>,
    /// Who comes more than this many minutes after the slot has ended is late.
    #[serde(default)]
    pub late_minutes: Option<u16>,
}

/// A vaccine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// As screens and papers name it ("ファイザー").
    pub name: String,
    /// As results name the maker; one of the presets of the national system.
    pub maker: String,
    /// For adults, or for children.
    #[serde(default)]
    pub audience: Audience,
    /// The legal minimum between first and second dose, as the regulations count: 「N日以上の間隔」 in full days
    /// between the two, so the first allowed day is N + 1 days later.
    pub first_interval_days: u16,
}

/// Intervals of the third dose and later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoseRule {
    /// Months before dose 3, 4, …: the key is the dose.
    pub months: BTreeMap<String, u8>,
    /// What the day is when the month has no such day.
    #[serde(default)]
    pub month_end: MonthEnd,
}

/// The day N months later, when that month lacks it. Municipalities differ; the cautious one is the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MonthEnd {
    /// The first of the month after (京都市).
    #[default]
    FirstOfNext,
    /// The last day of the month (南九州市).
    LastDay,
}

/// What a sticker is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StickerKind {
    /// A dose's sticker.
    Dose,
    /// 予診のみ.
    Prescreen,
}

/// Why settings can't be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A product without a name would leave a blank on the screen.
    #[error("product {0:?} has no name")]
    NamelessProduct(String),
    /// A month interval outside of 1–24: no rule that we know of.
    #[error("dose {dose}: an interval of {months} months")]
    Months {
        /// The dose's key.
        dose: String,
        /// The value.
        months: u8,
    },
    /// The ages of children make no range.
    #[error("children of {0} to {1} years")]
    ChildAges(u8, u8),
    /// A key that should be a digit.
    #[error("{0:?} is no digit")]
    Key(String),
    /// A dose whose months can't be configured: that interval belongs to the vaccine.
    #[error("doses.months: {0:?} is no dose from the third to the ninth")]
    Dose(String),
    /// A mode that never ends, or ends before anything can be done.
    #[error("special_minutes: {0} is not between 1 and 120")]
    SpecialMinutes(u16),
    /// A change of the table of permissions that is none, or not allowed.
    #[error("permissions: {0}")]
    Permissions(#[from] AdjustError),
}

impl Settings {
    /// Checks what the types cannot.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), SettingsError> {
        for (id, product) in &self.products {
            if product.name.trim().is_empty() {
                return Err(SettingsError::NamelessProduct(id.clone()));
            }
        }
        let (least, most) = self.child_ages();
        if least > most || most > 99 {
            return Err(SettingsError::ChildAges(least, most));
        }
        for (dose, &months) in &self.doses.months {
            if !(1..=24).contains(&months) {
                return Err(SettingsError::Months { dose: dose.clone(), months });
            }
        }
        if !(1..=120).contains(&self.special_minutes) {
            return Err(SettingsError::SpecialMinutes(self.special_minutes));
        }
        Permissions::checked(&self.permissions)?;
        let is_within = |key: &str, digits: &str| key.len() == 1 && digits.contains(key);
        let mut wrong = self.doses.months.keys().filter(|key| !is_within(key, "3456789"));
        let mut wrong_kinds = self.sticker_kinds.keys().filter(|key| !is_within(key, "0123456789"));
        match (wrong.next(), wrong_kinds.next()) {
            (Some(dose), _) => Err(SettingsError::Dose(dose.clone())),
            (None, Some(key)) => Err(SettingsError::Key(key.clone())),
            (None, None) => Ok(()),
        }
    }

    /// The ages that get the vaccine for children, both included.
    pub fn child_ages(&self) -> (u8, u8) {
        (self.child.min_age, self.child.max_age)
    }

    /// Who may do what here: a view that costs nothing to make.
    pub fn permissions(&self) -> Permissions<'_> {
        Permissions::new(&self.permissions)
    }

    /// A product by its id.
    pub fn product(&self, id: &ProductId) -> Option<&Product> {
        self.products.get(id.as_str())
    }

    /// The product's name, or its id when the settings do not know it.
    pub fn product_name(&self, id: &ProductId) -> String {
        self.product(id).map_or_else(|| id.to_string(), |product| product.name.clone())
    }

    /// A municipality's name, where it is known.
    pub fn municipality_name(&self, code: Municipality) -> Option<String> {
        if code == self.municipality {
            return Some(self.name.clone());
        }
        self.neighbours.get(code.as_str()).cloned()
    }

    /// What a sticker is for; none when its digit is not configured.
    pub fn sticker_kind(&self, digits: StickerDigits) -> Option<StickerKind> {
        self.sticker_kinds.get(&digits.kind.to_string()).copied()
    }

    /// The first day on which `dose` may follow a dose of `last_product` on `last`. None for the first dose, and where
    /// nothing at all is configured that could be asked; then nothing is refused.
    ///
    /// Between first and second dose it is the first vaccine's interval; of a vaccine that nobody wrote down, or that the
    /// settings lack by now, the longest of all. Where the next vaccine is another one, 交互接種 asks for its own. A later
    /// dose that is not configured waits as long as the last one that is.
    pub fn earliest_after(
        &self,
        dose: u8,
        last: Day,
        last_product: Option<&ProductId>,
        next_product: Option<&ProductId>,
    ) -> Option<Day> {
        match dose {
            0 | 1 => None,
            2 => {
                let known = last_product.and_then(|id| self.product(id)).map(|product| product.first_interval_days);
                let days = known.or_else(|| self.products.values().map(|product| product.first_interval_days).max())?;
                let is_mixed =
                    last_product.zip(next_product).is_some_and(|(last, next)| self.makers_differ(last, next));
                let days = if is_mixed { days.max(self.mixed_interval_days) } else { days };
                Some(last.plus_days(i32::from(days) + 1))
            }
            later => self.months_before(later).map(|months| self.months_later(last, months)),
        }
    }

    /// 2回目も同じ製薬会社: the vaccines for adults and for children of one maker do not count as mixed. Of a vaccine that the
    /// settings lack nothing is known but its name.
    fn makers_differ(&self, last: &ProductId, next: &ProductId) -> bool {
        match self.product(last).zip(self.product(next)) {
            Some((last, next)) => last.maker != next.maker,
            None => last != next,
        }
    }

    /// The months before a dose: its own, or those of the last configured one before it.
    fn months_before(&self, dose: u8) -> Option<u8> {
        let configured = self.doses.months.iter().filter_map(|(key, months)| Some((key.parse::<u8>().ok()?, *months)));
        configured.filter(|(key, _)| *key <= dose).max().map(|(_, months)| months)
    }

    /// The least age at which any vaccine of the settings is given, years; none without vaccines.
    pub fn youngest(&self) -> Option<u8> {
        let (least, most) = self.child_ages();
        let of = |product: &Product| match product.audience {
            Audience::Child => least,
            Audience::Adult => most.saturating_add(1),
        };
        self.products.values().map(of).min()
    }

    /// The day some months later, by the municipality's rule for months that lack the day.
    pub fn months_later(&self, from: Day, months: u8) -> Day {
        let first = from.0.first_of_month();
        let span = jiff::Span::new().try_months(months).unwrap_or_default();
        let target = first.checked_add(span).unwrap_or(first);
        if from.0.day() <= target.days_in_month() {
            return Day(target).plus_days(i32::from(from.0.day()) - 1);
        }
        match self.doses.month_end {
            MonthEnd::LastDay => Day(target.last_of_month()),
            MonthEnd::FirstOfNext => Day(target.last_of_month()).plus_days(1),
        }
    }
}
