//! The folding behind [`super::kana::SearchKey`].
//!
//! What is dropped is dropped while the text is decomposed, and marks are composed afterwards: so nothing that
//! dropping brings together changes on a second pass, and a key is its own key.

use unicode_normalization::UnicodeNormalization;

const VOICED: char = '\u{3099}';
const SEMI_VOICED: char = '\u{309a}';

/// Folds a name; the rules are those of [`super::kana::SearchKey`].
pub(super) fn fold(name: &str) -> String {
    let composed = plain(name).nfc().filter(|&c| c != VOICED && c != SEMI_VOICED);
    let mut key = String::with_capacity(name.len());
    let mut rest = composed.peekable();
    while let Some(c) = rest.next() {
        match c {
            'ヴ' => {
                let (first, taken) = b_row(rest.peek().copied());
                key.push(first);
                if taken {
                    rest.next();
                }
            }
            other => key.push(one_of_many(other)),
        }
    }
    key
}

/// The text decomposed, without what has no meaning in a name, in katakana and small letters.
fn plain(name: &str) -> impl Iterator<Item = char> + '_ {
    let mut before = None;
    name.nfkd().filter(|&c| !is_dropped(c)).flat_map(char::to_lowercase).map(katakana).map(move |c| match (c, before) {
        ('ヽ', Some(kana)) => kana,
        (VOICED | SEMI_VOICED, _) => c,
        (other, _) => {
            before = Some(other).filter(|&kana| is_kana(kana));
            other
        }
    })
}

fn is_kana(c: char) -> bool {
    matches!(c, 'ァ'..='ヺ')
}

fn katakana(c: char) -> char {
    match c {
        'ぁ'..='ゖ' | 'ゝ' => char::from_u32(u32::from(c) + 0x60).unwrap_or(c),
        other => other,
    }
}

fn is_dropped(c: char) -> bool {
    c.is_whitespace() || c.is_control() || is_middle_dot(c) || is_dash(c) || is_invisible(c)
}

/// What stands between the parts of a foreign name.
fn is_middle_dot(c: char) -> bool {
    matches!(c, '・' | '·' | '•' | '‧' | '∙' | '⋅' | '゠' | '=')
}

/// The long mark, and what people type in its place. NFKD has already made `-` of the full-width hyphen.
fn is_dash(c: char) -> bool {
    matches!(c, 'ー' | '-' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '─' | '━')
}

/// Joiners, direction marks, byte order marks, selectors of variants.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}'
    )
}

/// ヴ and the vowel after it, small or large, as the row of バ; and whether the vowel is in it.
fn b_row(vowel: Option<char>) -> (char, bool) {
    match vowel {
        Some('ァ' | 'ア') => ('バ', true),
        Some('ィ' | 'イ' | 'ヰ') => ('ビ', true),
        Some('ェ' | 'エ' | 'ヱ') => ('ベ', true),
        Some('ォ' | 'オ' | 'ヲ') => ('ボ', true),
        Some('ャ' | 'ュ' | 'ョ' | 'ヤ' | 'ユ' | 'ヨ') => ('ビ', false),
        _ => ('ブ', false),
    }
}

/// Kana that stand for each other in names, as one of them.
fn one_of_many(c: char) -> char {
    match c {
        'ァ' => 'ア',
        'ィ' | 'ヰ' => 'イ',
        'ゥ' => 'ウ',
        'ェ' | 'ヱ' => 'エ',
        'ォ' | 'ヲ' => 'オ',
        'ャ' => 'ヤ',
        'ュ' => 'ユ',
        'ョ' => 'ヨ',
        'ッ' => 'ツ',
        'ヮ' => 'ワ',
        'ヵ' => 'カ',
        'ヶ' => 'ケ',
        'ヂ' => 'ジ',
        'ヅ' => 'ズ',
        'ヷ' => 'バ',
        'ヸ' => 'ビ',
        'ヹ' => 'ベ',
        'ヺ' => 'ボ',
        other => other,
    }
}
