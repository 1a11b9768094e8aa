//! Intervals, and what is no usable setting.

use jiff::civil::date;
use uketsuke_domain::code::{Municipality, StickerDigits};
use uketsuke_domain::reference::{MonthEnd, Settings, SettingsError, StickerKind};
use uketsuke_domain::time::Day;

use crate::common::{day, settings};

fn earliest(dose: u8, last: Day, product: &str) -> Option<Day> {
    settings().earliest_after(dose, last, Some(&product.into()), None)
}

#[test]
fn first_intervals_count_full_days_between() {
    for (product, days) in [("comirnaty", 19), ("comirnaty-5-11", 19), ("spikevax", 21), ("vaxzevria", 28)] {
        assert_eq!(earliest(2, day(0), product), Some(day(days)), "{product}");
    }
    assert_eq!(earliest(2, day(0), "unheard-of"), Some(day(28)), "the longest: its campaign may be over");
    assert_eq!(settings().earliest_after(2, day(0), None, None), Some(day(28)), "nobody wrote it down");
    let none = Settings { products: [].into(), ..settings() };
    assert_eq!(none.earliest_after(2, day(0), None, None), None);
    assert_eq!(earliest(1, day(0), "comirnaty"), None);
}

#[test]
fn later_intervals_count_months() {
    let last = Day(date(2021, 3, 15));
    assert_eq!(earliest(3, last, "unheard-of"), Some(Day(date(2021, 9, 15))));
    assert_eq!(earliest(4, last, "comirnaty"), Some(Day(date(2021, 8, 15))));
    assert_eq!(earliest(5, last, "comirnaty"), Some(Day(date(2021, 8, 15))), "as the last that is configured");
    let mut settings = settings();
    settings.doses.months = [("4".to_owned(), 5)].into();
    let earliest = |dose| settings.earliest_after(dose, last, None, None);
    assert_eq!((earliest(3), earliest(4)), (None, Some(Day(date(2021, 8, 15)))), "nothing to ask of the third");
}

#[test]
fn another_vaccine_waits_longer_if_its_interval_is_the_longer_one() {
    let earliest =
        |last: &str, next: &str| settings().earliest_after(2, day(0), Some(&last.into()), Some(&next.into()));
    assert_eq!(earliest("comirnaty", "spikevax"), Some(day(28)));
    assert_eq!(earliest("comirnaty", "comirnaty"), Some(day(19)));
    assert_eq!(earliest("comirnaty-5-11", "comirnaty"), Some(day(19)), "of one maker");
    assert_eq!(earliest("unheard-of", "comirnaty"), Some(day(28)));
    let longer = Settings { mixed_interval_days: 20, ..settings() };
    let vaxzevria = longer.earliest_after(2, day(0), Some(&"vaxzevria".into()), Some(&"comirnaty".into()));
    assert_eq!(vaxzevria, Some(day(28)), "never shorter than the vaccine's own");
}

#[test]
fn the_youngest_age_is_that_of_the_youngest_vaccine() {
    assert_eq!(settings().youngest(), Some(5));
    let mut adults = settings();
    adults.products.retain(|id, _| id != "comirnaty-5-11");
    assert_eq!(adults.youngest(), Some(12));
    adults.products.clear();
    assert_eq!(adults.youngest(), None);
}

#[test]
fn a_month_without_the_day() {
    let cases = [
        // last, first-of-next, last-day
        (date(2021, 8, 30), date(2022, 3, 1), date(2022, 2, 28)),
        (date(2023, 8, 30), date(2024, 3, 1), date(2024, 2, 29)),
        (date(2023, 8, 29), date(2024, 2, 29), date(2024, 2, 29)),
        (date(2021, 8, 28), date(2022, 2, 28), date(2022, 2, 28)),
        (date(2021, 3, 31), date(2021, 10, 1), date(2021, 9, 30)),
        (date(2021, 6, 30), date(2021, 12, 30), date(2021, 12, 30)),
    ];
    for (last, first_of_next, last_day) in cases {
        for (policy, expected) in [(MonthEnd::FirstOfNext, first_of_next), (MonthEnd::LastDay, last_day)] {
            let mut settings = settings();
            settings.doses.month_end = policy;
            let got = settings.earliest_after(3, Day(last), None, None);
            assert_eq!(got, Some(Day(expected)), "{last} {policy:?}");
        }
    }
}

#[test]
fn the_cautious_month_end_is_the_default() {
    let mut value = serde_json::to_value(settings()).unwrap();
    value["doses"].as_object_mut().unwrap().remove("month_end");
    let settings: Settings = serde_json::from_value(value).unwrap();
    assert_eq!(settings.doses.month_end, MonthEnd::FirstOfNext);
}

#[test]
fn settings_read_back_from_toml_and_json() {
    let settings = settings();
    assert_eq!(toml::from_str::<Settings>(&toml::to_string(&settings).unwrap()).unwrap(), settings);
    assert_eq!(serde_json::from_str::<Settings>(&serde_json::to_string(&settings).unwrap()).unwrap(), settings);
}

#[test]
fn the_default_settings_pass_their_check() {
    assert!(settings().check().is_ok());
    let kind = |kind| settings().sticker_kind(StickerDigits { kind, dose: 1 });
    assert_eq!([kind(2), kind(1), kind(9)], [Some(StickerKind::Dose), Some(StickerKind::Prescreen), None]);
}

#[test]
fn what_is_wrong_is_named() {
    let broken = |change: &dyn Fn(&mut Settings)| {
        let mut settings = settings();
        change(&mut settings);
        settings.check().unwrap_err()
    };
    let nameless = broken(&|settings| settings.products.get_mut("spikevax").unwrap().name = " 　".to_owned());
    assert!(matches!(nameless, SettingsError::NamelessProduct(id) if id == "spikevax"));
    for bad in [0, 25] {
        let months = broken(&|settings| settings.doses.months = [("3".to_owned(), bad)].into());
        assert!(matches!(months, SettingsError::Months { months, .. } if months == bad));
    }
    for bad in ["0", "2", "", "三", "10", "34", "x"] {
        let dose = broken(&|settings| settings.doses.months = [(bad.to_owned(), 6)].into());
        assert!(matches!(dose, SettingsError::Dose(dose) if dose == bad), "{bad}: of dose 2 it is the vaccine's");
    }
    for bad in ["", "三", "10", "x"] {
        let key = broken(&|settings| settings.sticker_kinds = [(bad.to_owned(), StickerKind::Dose)].into());
        assert!(matches!(key, SettingsError::Key(key) if key == bad));
    }
}

#[test]
fn a_municipality_has_its_own_name_or_a_neighbours_or_none() {
    let settings = settings();
    let name = |code| settings.municipality_name(Municipality::parse(code).unwrap());
    assert_eq!(name("132080").as_deref(), Some("調布市"));
    assert_eq!(name("131016").as_deref(), Some("千代田区"));
    assert_eq!(name("011002"), None);
}

#[test]
fn settings_of_an_earlier_version_get_the_cautious_values() {
    let mut value = serde_json::to_value(settings()).unwrap();
    let fields = value.as_object_mut().unwrap();
    for field in ["mixed_interval_days", "later_doses_need_record", "stale_after_minutes", "special_minutes"] {
        assert!(fields.remove(field).is_some(), "{field}");
    }
    let read: Settings = serde_json::from_value(value).unwrap();
    assert_eq!((read.mixed_interval_days, read.later_doses_need_record), (27, true));
    assert_eq!((read.stale_after_minutes, read.special_minutes), (60, 15));
}

#[test]
fn ages_of_children_are_a_range_of_years() {
    for (min_age, max_age, right) in [(5, 11, true), (5, 99, true), (5, 100, false), (11, 11, true), (12, 11, false)] {
        let child = uketsuke_domain::reference::ChildAges { min_age, max_age };
        let checked = Settings { child, ..settings() }.check();
        assert_eq!(checked.is_ok(), right, "{min_age} to {max_age}: {checked:?}");
    }
}
