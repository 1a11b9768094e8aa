//! What can be asked about an operation, and the macro that declares them all.

use serde::{Deserialize, Serialize};

/// What an operation is about: the sections of `docs/permissions.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// Reception, outcomes and the venue's day.
    Reception,
    /// Going on at the door or the desk in spite of a verdict.
    Door,
    /// Bookings by the rules.
    Bookings,
    /// イレギュラー操作: bookings, and people taken in, against the rules.
    Irregular,
    /// What is set up before: venues, slots, vouchers, residents, accounts, devices.
    SetUp,
    /// Data in and out.
    Data,
    /// Signing in and the special-authority mode.
    Authority,
}

impl Group {
    /// All groups, in the order of the documents.
    pub const ALL: [Self; 7] =
        [Self::Reception, Self::Door, Self::Bookings, Self::Irregular, Self::SetUp, Self::Data, Self::Authority];

    /// The Japanese term.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reception => "受付と接種実績",
            Self::Door => "受付での例外",
            Self::Bookings => "予約",
            Self::Irregular => "イレギュラー操作",
            Self::SetUp => "登録と設定",
            Self::Data => "データ管理",
            Self::Authority => "ログインと管理者特別権限",
        }
    }

    /// Whether what belongs here goes against the ordinary rules, and so is due a reason that is recorded.
    pub const fn is_irregular(self) -> bool {
        matches!(self, Self::Door | Self::Irregular)
    }
}

/// Declares the operations: documentation, variant, stable code, Japanese term, by group.
macro_rules! operations {
    ($($group:ident { $($(#[$doc:meta])* $name:ident $code:literal $term:literal,)* })*) => {
        /// One operation of the product.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        #[serde(rename_all = "kebab-case")]
        pub enum Operation {
            $($($(#[$doc])* $name,)*)*
        }

        impl Operation {
            /// All operations, group by group.
            pub const ALL: &'static [Self] = &[$($(Self::$name,)*)*];

            /// A short stable name: the key in a municipality's settings and in the operation log.
            pub const fn code(self) -> &'static str {
                match self {
                    $($(Self::$name => $code,)*)*
                }
            }

            /// The operation of a code; none when this version knows none.
            pub fn from_code(code: &str) -> Option<Self> {
                match code {
                    $($($code => Some(Self::$name),)*)*
                    _ => None,
                }
            }

            /// The Japanese term, for documents and logs. Screens translate the enum themselves.
            pub const fn name(self) -> &'static str {
                match self {
                    $($(Self::$name => $term,)*)*
                }
            }

            /// What the operation is about.
            pub const fn group(self) -> $crate::authority::Group {
                match self {
                    $($(Self::$name)|* => $crate::authority::Group::$group,)*
                }
            }

            /// Whether the operation goes against the ordinary rules, and so is due a reason that is recorded.
            pub const fn is_irregular(self) -> bool {
                self.group().is_irregular()
            }
        }
    };
}

pub(super) use operations;
