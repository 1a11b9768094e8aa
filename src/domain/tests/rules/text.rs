//! Laws of text: keys, eras and bytes, over whatever people may type.

use proptest::prelude::*;
use uketsuke_domain::text::cp932::{decode, encode};
use uketsuke_domain::text::era::{self, Era, EraDay};
use uketsuke_domain::text::kana::{SearchKey, normalised};
use uketsuke_domain::time::Day;

/// Full-width katakana with their half-width spelling.
const WIDTHS: [(&str, &str); 14] = [
    ("ア", "ｱ"),
    ("ガ", "ｶﾞ"),
    ("シ", "ｼ"),
    ("ヂ", "ﾁﾞ"),
    ("ッ", "ｯ"),
    ("ハ", "ﾊ"),
    ("パ", "ﾊﾟ"),
    ("ヴ", "ｳﾞ"),
    ("ァ", "ｧ"),
    ("ュ", "ｭ"),
    ("ヲ", "ｦ"),
    ("ー", "ｰ"),
    ("・", "･"),
    ("　", " "),
];

/// What names are made of, and what goes wrong in them.
fn name_like() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        prop::char::range('\u{3041}', '\u{30ff}').prop_map(String::from),
        prop::char::range('\u{ff61}', '\u{ff9f}').prop_map(String::from),
        prop::char::range('\u{300}', '\u{36f}').prop_map(String::from),
        prop::sample::select(vec![
            "\u{3099}",
            "\u{309a}",
            "゛",
            " ",
            "ー",
            "-",
            "・",
            "ヴ",
            "ヽ",
            "ヾ",
            "İ",
            "é",
            "葛\u{e0100}"
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat())
}

fn hiragana(katakana: &str) -> String {
    let to_hiragana = |c: char| match c {
        'ァ'..='ヶ' | 'ヽ' | 'ヾ' => char::from_u32(u32::from(c) - 0x60).unwrap(),
        other => other,
    };
    katakana.chars().map(to_hiragana).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn a_key_is_its_own_key(name in name_like()) {
        let key = SearchKey::of(&name);
        prop_assert_eq!(SearchKey::of(key.as_str()), key.clone(), "{:?}", name);
        prop_assert_eq!(SearchKey::of(&normalised(&name)), key);
    }

    #[test]
    fn half_width_is_full_width(pieces in prop::collection::vec(prop::sample::select(WIDTHS.to_vec()), 0..12)) {
        let full: String = pieces.iter().map(|(full, _)| *full).collect();
        let half: String = pieces.iter().map(|(_, half)| *half).collect();
        prop_assert_eq!(SearchKey::of(&full), SearchKey::of(&half));
    }

    #[test]
    fn hiragana_is_katakana(katakana in "[ァ-ヶー・ヽヾ 　]{0,12}") {
        prop_assert_eq!(SearchKey::of(&hiragana(&katakana)), SearchKey::of(&katakana), "{}", katakana);
    }

    #[test]
    fn a_name_is_found_by_its_parts_in_either_order(family in "[ァ-ヶ]{0,5}[ァ-ン]", given in "[ァ-ヶ]{1,6}") {
        // No family name ends in ヴ: with a vowel after it, the key would make one sound of the two.
        let key = SearchKey::of(&format!("{family}　{given}"));
        for query in [format!("{family} {given}"), format!("{given} {family}"), hiragana(&given), family.clone()] {
            prop_assert!(key.matches(&query), "{} {}", key, query);
        }
        prop_assert!(key.starts_with(&SearchKey::of(&family)));
    }

    #[test]
    fn nothing_that_is_typed_panics(text in any::<String>(), bytes in any::<Vec<u8>>()) {
        let _ = (SearchKey::of(&text), normalised(&text), encode(&text), era::parse(&text), decode(&bytes));
        prop_assert!(!SearchKey::of(&text).matches(""));
    }

    #[test]
    fn what_looks_like_an_era_does_not_panic(text in "[明治大正昭和平成令MTSHR0-9０-９元年月日./-]{0,14}") {
        if let Ok(day) = era::parse(&text) {
            prop_assert_eq!(era::parse(&EraDay::of(day).unwrap().to_string()), Ok(day));
        }
    }

    #[test]
    fn text_that_cp932_takes_comes_back(text in "[ぁ-んァ-ヶｦ-ﾟ亜-熙a-z~\\\\0-9]{0,30}") {
        if let Ok(bytes) = encode(&text) {
            prop_assert_eq!(decode(&bytes), Ok(text));
        }
    }

    #[test]
    fn a_refusal_points_at_the_character(before in "[ぁ-ん〜—]{0,9}", lacking in "[¥‾😀𠮷]", after in "[あ¥😀]{0,3}") {
        let refused = encode(&format!("{before}{lacking}{after}")).unwrap_err();
        prop_assert_eq!((refused.position, Some(refused.character)), (before.chars().count(), lacking.chars().next()));
    }

    #[test]
    fn bytes_that_are_text_say_how_far(bytes in any::<Vec<u8>>()) {
        if let Err(malformed) = decode(&bytes) {
            prop_assert!(malformed.offset < bytes.len());
            prop_assert!(decode(&bytes[..malformed.offset]).is_ok(), "{:x?}", bytes);
        }
    }
}

#[test]
fn every_character_comes_back_from_cp932_or_is_refused() {
    for character in '\0'..=char::MAX {
        let Ok(bytes) = encode(character.encode_utf8(&mut [0; 4])) else { continue };
        let expected = match character {
            '\u{301c}' => '\u{ff5e}',
            '\u{2014}' => '\u{2015}',
            '\u{2212}' => '\u{ff0d}',
            other => other,
        };
        assert_eq!(decode(&bytes), Ok(expected.to_string()), "{character:?}");
    }
}

#[test]
fn every_day_prints_and_reads_back() {
    let mut day = Day::parse("1873-01-01").unwrap();
    let last = Day::parse("2100-12-31").unwrap();
    while day <= last {
        let printed = EraDay::of(day).unwrap();
        assert_eq!(era::parse(&printed.to_string()), Ok(day), "{printed}");
        let letters = format!("{}{}.{}.{}", printed.era.letter(), printed.year, day.0.month(), day.0.day());
        assert_eq!(era::parse(&letters), Ok(day), "{letters}");
        day = day.plus_days(1);
    }
}

#[test]
fn eras_follow_one_another() {
    let oldest_first: Vec<Era> = Era::NEWEST_FIRST.into_iter().rev().collect();
    for pair in oldest_first.windows(2) {
        let between = pair[1].first_day().days_since(pair[0].last_day().unwrap());
        assert!((0..=1).contains(&between), "{pair:?}");
    }
}

#[test]
fn a_person_without_kana_is_known_by_the_kanji() {
    let of = |kana, name| SearchKey::of_person(kana, name).map(|key| key.to_string());
    assert_eq!(of(Some("ﾀｶｻｷ ﾊﾅ"), Some("髙﨑　花")).as_deref(), Some("タカサキハナ"));
    assert_eq!(of(Some("ー"), Some("髙﨑　花")).as_deref(), Some("髙﨑花"));
    assert_eq!(of(None, Some("髙﨑　花")).as_deref(), Some("髙﨑花"));
    assert_eq!((of(None, None), of(Some(" "), None)), (None, None));
}
