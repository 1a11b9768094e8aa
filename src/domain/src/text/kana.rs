//! Names as keys: what search and "same name" compare.
//!
//! Source: shared domain facts, §8.3. The files of one municipality hold ﾌｼﾞﾂｳ, フジツウ and ふじつう, ジュン and
//! ジユン, オーノ with five kinds of dash. A key is for comparing alone: what was imported is kept, shown and exported
//! as it came.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use super::fold;

/// A name folded for comparison: two spellings of one name have one key.
///
/// In this order:
/// 1. NFKC: half-width kana, full-width letters and digits, a voiced mark on its own.
/// 2. Gone: spaces, middle dots, hyphens and dashes of all kinds, what can't be seen (selectors of kanji variants too).
/// 3. Hiragana becomes katakana; ヽ and ヾ repeat the kana before them; letters become small.
/// 4. Small kana become large (older systems know no ャュョッ); ヂ ジ, ヅ ズ, ヲ オ, ヰ イ, ヱ エ are one; ヴァ is バ.
///
/// The long mark is dropped and not kept as ー: it is left out as often as it is typed as some dash, and a dash of
/// another kind must not make another name. オーノ thereby finds オノ as well; it does not find オオノ, which is
/// another spelling to the registers too. A key too wide shows one person more; a key too narrow hides one.
///
/// Variants of kanji (髙 and 高) stay different: which are one name is for a person to say.
///
/// ```
/// use uketsuke_domain::text::kana::SearchKey;
/// assert_eq!(SearchKey::of("ﾌｼﾞﾂｳ ﾊﾅｺ"), SearchKey::of("ふじつう・はなこ"));
/// assert_eq!(SearchKey::of("オーノ　ジュン").as_str(), "オノジユン");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SearchKey(String);

impl SearchKey {
    /// The key of a name, in kana, kanji or letters. `of(of(name)) == of(name)`.
    pub fn of(name: &str) -> Self {
        Self(fold::fold(name))
    }

    /// The key of a person: of the kana, or else of the kanji name; none when neither leaves anything to compare.
    pub fn of_person(kana: Option<&str>, name: Option<&str>) -> Option<Self> {
        [kana, name].into_iter().flatten().map(Self::of).find(|key| !key.is_empty())
    }

    /// The folded text, as storage keeps it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing was left to compare.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the name begins with another key, the family name being first in Japan's registers.
    pub fn starts_with(&self, prefix: &Self) -> bool {
        self.0.starts_with(&prefix.0)
    }

    /// Whether a person who typed `query` may mean this name: each of its parts stands somewhere in the name. Family and
    /// given name may come in either order, with a space between them. An empty query means nobody.
    pub fn matches(&self, query: &str) -> bool {
        let mut parts = query.split(char::is_whitespace).map(Self::of).filter(|part| !part.is_empty()).peekable();
        parts.peek().is_some() && parts.all(|part| self.0.contains(&part.0))
    }
}

impl fmt::Display for SearchKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One width for what has two (NFKC), trimmed: for codes, headers and words of a file, which carry no one's spelling.
/// Not for names, which stay as they came.
pub fn normalised(text: &str) -> String {
    text.nfkc().collect::<String>().trim().to_owned()
}
