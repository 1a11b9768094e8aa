//! What is made up must go in without a single refusal.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use jiff::civil::date;
use uketsuke_domain::code::read_scan;

use super::*;
use crate::csvs::rows::DeviceRow;
use crate::csvs::{CsvRow, Parsed, parse};

fn options(residents: usize, seed: u64) -> SampleOptions {
    let municipality = Municipality::parse("132080").unwrap();
    SampleOptions { municipality, residents, seed, day: Day(date(2021, 6, 7)) }
}

/// Reads a file back and holds it against the rows that were made up.
fn reads_back<R: CsvRow + PartialEq + std::fmt::Debug>(folder: &Path, rows: &[R]) {
    let parsed: Parsed<R> = parse(&fs::read(folder.join(R::FILE)).unwrap(), &product).unwrap();
    assert_eq!((parsed.report.refused, parsed.report.notices), (vec![], vec![]), "{}", R::FILE);
    let read: Vec<R> = parsed.rows.into_iter().map(|numbered| numbered.row).collect();
    assert!(read == rows, "{}", R::FILE);
}

#[test]
fn all_that_is_written_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let sample = generate(&options(400, 1));
    let mut files = Vec::new();
    write(&sample, folder.path(), &mut |name| files.push(name.to_owned())).unwrap();
    reads_back(folder.path(), &sample.venues);
    reads_back(folder.path(), &sample.accounts);
    reads_back(folder.path(), &sample.doctors);
    reads_back(folder.path(), &sample.lots);
    reads_back(folder.path(), &sample.slots);
    reads_back(folder.path(), &sample.vouchers);
    reads_back(folder.path(), &sample.residents);
    reads_back(folder.path(), &sample.bookings);
    reads_back(folder.path(), &sample.doses);
    reads_back(folder.path(), &sample.paper);
    reads_back::<DeviceRow>(folder.path(), &[]);
    assert_eq!(files.len(), 11 + 1 + 12 + 10);
    assert!(files.iter().all(|name| fs::metadata(folder.path().join(name)).unwrap().len() > 0));
    let cast: serde_json::Value = serde_json::from_slice(&fs::read(folder.path().join("cast.json")).unwrap()).unwrap();
    assert_eq!(cast["same_name"].as_array().unwrap().len(), 2);
    assert_eq!(cast["nameless"][0]["name"], serde_json::Value::Null);
    assert_eq!(cast["booked_here"][0]["day"], "2021-06-07");
}

#[test]
fn the_seed_decides_everything() {
    let sample = generate(&options(300, 7));
    assert!(sample == generate(&options(300, 7)));
    assert!(sample != generate(&options(300, 8)));
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let mut names = BTreeSet::new();
    for folder in &folders {
        write(&sample, folder.path(), &mut |name| {
            names.insert(name.to_owned());
        })
        .unwrap();
    }
    for name in names {
        let [one, two] = folders.each_ref().map(|folder| fs::read(folder.path().join(&name)).unwrap());
        assert!(one == two, "{name}");
    }
}

#[test]
fn parts_have_their_share() {
    let sample = generate(&options(5000, 42));
    let cast = &sample.cast;
    let day = Day(date(2021, 6, 7));
    assert_eq!((sample.residents.len(), sample.vouchers.len()), (5000, 5000));
    let today = sample.bookings.iter().filter(|row| row.slot.as_str().starts_with("001-20210607") && !row.cancelled);
    assert!(today.count() >= 3000 && cast.booked_here.len() >= 3000);
    assert_eq!((cast.elsewhere.len(), cast.another_day.len(), cast.no_booking.len()), (600, 400, 250));
    assert_eq!((cast.nameless.len(), cast.same_name.len()), (150, 2));
    for (part, members) in cast.parts() {
        assert!(part == "same_name" || members.len() >= 20, "{part}");
    }
    let second: Vec<_> = cast.booked_here.iter().filter(|member| member.dose == 2).collect();
    assert!(second.len() > 500 && second.iter().all(|member| day.days_since(member.earlier_dose.unwrap()) >= 28));
    assert!(cast.too_soon.iter().all(|member| day.days_since(member.earlier_dose.unwrap()) == 10));
    assert!(cast.another_day.iter().all(|member| member.day != Some(day)));
    assert!(cast.foreign.iter().all(|member| member.municipality.as_str() != "132080"));
    assert!(cast.booked_here.iter().any(|member| member.number.as_str().starts_with('0')));
    let roles: std::collections::HashSet<&str> = sample.accounts.iter().map(|account| account.role.code()).collect();
    assert_eq!(roles.len(), 4);
    assert!(sample.lots.iter().any(|lot| lot.expires < Some(day)));
}

#[test]
fn one_pair_alone_has_one_name_and_birth_date() {
    let sample = generate(&options(5000, 42));
    let [one, two] = sample.cast.same_name.as_slice() else { panic!("a pair") };
    assert_eq!((&one.name, &one.kana, one.birth), (&two.name, &two.kana, two.birth));
    assert_ne!(one.number, two.number);
    let mut seen = BTreeSet::new();
    let named = sample.residents.iter().filter(|resident| resident.family.is_some());
    let doubles = named.filter(|r| !seen.insert((r.family_kana.clone(), r.given_kana.clone(), r.birth))).count();
    assert_eq!(doubles, 1);
}

#[test]
fn no_slot_is_overbooked_and_no_unknown_voucher_is_on_file() {
    let sample = generate(&options(3000, 3));
    for slot in &sample.slots {
        let booked = sample.bookings.iter().filter(|row| row.slot == slot.id && !row.cancelled).count();
        assert!(booked < usize::from(slot.capacity), "{}", slot.id);
    }
    let today = sample.slots.iter().filter(|slot| slot.id.as_str().starts_with("001-20210607"));
    let booked = today.map(|slot| sample.bookings.iter().filter(|row| row.slot == slot.id && !row.cancelled).count());
    let booked: BTreeSet<usize> = booked.collect();
    assert!(booked.len() <= 2, "evenly filled: {booked:?}");
    assert!(sample.bookings.iter().all(|row| sample.slots.iter().any(|slot| slot.id == row.slot)));
    let numbers: BTreeSet<_> = sample.vouchers.iter().map(|row| row.voucher.number).collect();
    assert_eq!(numbers.len(), 3000);
    assert!(sample.cast.unknown.iter().all(|member| !numbers.contains(&member.number)));
    for member in sample.cast.parts().into_iter().flat_map(|(_, members)| members) {
        let coupon = read_scan(&member.code18).unwrap().coupon;
        assert_eq!(coupon.sticker().unwrap().dose, member.dose);
    }
}
