//! The label of a vial or its box.

use serde::Serialize;

use super::brackets::{is_bracketed, split_bracketed};
use super::elements::{Element, Open, Split, split};
use super::swallowed::possible_ends;
use super::{Ai, ExpiryDate, Gtin, Lot};
use crate::ids::LotNumber;

/// What a label says. Elements that a swallowed separator may hide are not among it: then the lot is doubtful.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VaccineLabel {
    /// (01): which product.
    pub gtin: Gtin,
    /// (10): which lot, and how certain that is.
    pub lot: Lot,
    /// (17), or the day of (7003): 有効期限.
    pub expires: Option<ExpiryDate>,
    /// (21): the number of this one package, up to 20 characters.
    pub serial: Option<String>,
    /// (30): how many units are inside, 0–99,999,999.
    pub quantity: Option<u32>,
    /// All other elements, in their order.
    pub others: Vec<Element>,
}

impl VaccineLabel {
    /// Whether product and lot are both told and certain. Where not, the lot has to be asked for.
    pub fn is_complete(&self) -> bool {
        self.lot.certain().is_some()
    }
}

/// Why GS1 elements are no label that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
pub enum LabelFault {
    /// There is no (01): a pallet, a place, a coupon.
    #[error("there is no GTIN")]
    NoGtin,
    /// A check digit does not fit: read again.
    #[error("the check digit of {0:?} does not fit")]
    CheckDigit(Ai),
    /// There is no such day: read again.
    #[error("{0:?} is no date")]
    Date(Ai),
    /// Too long, too short or of wrong characters.
    #[error("the value of {0:?} has a wrong length or wrong characters")]
    Value(Ai),
    /// Where an identifier is due there is none.
    #[error("an element begins with no identifier of GS1")]
    UnknownIdentifier,
    /// One identifier twice, with two values.
    #[error("{0:?} is there twice, with different values")]
    Twice(Ai),
    /// It holds characters that GS1 does not have.
    #[error("it holds characters that GS1 does not have")]
    Characters,
}

/// Reads GS1 elements, either as readers send them (without the AIM identifier) or in brackets.
///
/// # Errors
/// [`LabelFault`]: never a panic, whatever the text.
pub fn read_label(text: &str) -> Result<VaccineLabel, LabelFault> {
    if is_bracketed(text) {
        return assemble(split_bracketed(text)?, None);
    }
    let Split { elements, open } = split(text)?;
    match open {
        None => assemble(elements, None),
        Some(open) => close(elements, open),
    }
}

/// Decides what a value that runs to the end of a code is worth.
fn close(mut elements: Vec<Element>, open: Open<'_>) -> Result<VaccineLabel, LabelFault> {
    let Open { spec, rest } = open;
    let ends = possible_ends(open, &elements);
    let value = |end: &usize| rest.get(..*end).map(ToOwned::to_owned);
    match ends.as_slice() {
        [] => Err(LabelFault::Value(spec.ai)),
        [end] if *end == rest.len() => {
            elements.push(Element { ai: spec.ai, value: rest.to_owned() });
            assemble(elements, None)
        }
        ends if spec.ai == Ai::LOT => {
            let candidates = ends.iter().filter_map(value).map(LotNumber).collect();
            assemble(elements, Some(Lot::Doubtful(candidates)))
        }
        _ => assemble(elements, Some(Lot::Doubtful(Vec::new()))),
    }
}

fn assemble(elements: Vec<Element>, doubtful: Option<Lot>) -> Result<VaccineLabel, LabelFault> {
    let take = |ai: Ai| {
        let mut values = elements.iter().filter(|element| element.ai == ai).map(|element| element.value.as_str());
        let first = values.next();
        if values.all(|value| Some(value) == first) { Ok(first) } else { Err(LabelFault::Twice(ai)) }
    };
    let gtin = take(Ai::GTIN)?.ok_or(LabelFault::NoGtin)?;
    let lot = take(Ai::LOT)?.map(|lot| Lot::Read(LotNumber(lot.to_owned())));
    let expires = match (take(Ai::EXPIRY)?, take(Ai::EXPIRY_TIME)?.and_then(|time| time.get(..6))) {
        (Some(day), Some(of_time)) if day != of_time => return Err(LabelFault::Twice(Ai::EXPIRY)),
        (day, of_time) => day.or(of_time).map(|date| ExpiryDate::parse(date).ok_or(LabelFault::Date(Ai::EXPIRY))),
    };
    let quantity = take(Ai::QUANTITY)?.map(|count| count.parse().map_err(|_| LabelFault::Value(Ai::QUANTITY)));
    let label = VaccineLabel {
        gtin: Gtin::parse(gtin).ok_or(LabelFault::CheckDigit(Ai::GTIN))?,
        lot: doubtful.or(lot).unwrap_or(Lot::Missing),
        expires: expires.transpose()?,
        serial: take(Ai::SERIAL)?.map(ToOwned::to_owned),
        quantity: quantity.transpose()?,
        others: Vec::new(),
    };
    let told = [Ai::GTIN, Ai::LOT, Ai::EXPIRY, Ai::EXPIRY_TIME, Ai::SERIAL, Ai::QUANTITY];
    Ok(VaccineLabel { others: elements.into_iter().filter(|element| !told.contains(&element.ai)).collect(), ..label })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GTIN: &str = "0109521234543213";

    fn label(tail: &str) -> Result<VaccineLabel, LabelFault> {
        read_label(&format!("{GTIN}{tail}"))
    }

    #[test]
    fn the_published_sample() {
        let read = label("1710010110123ABC\u{1d}211234567890").unwrap();
        assert_eq!(read.lot, Lot::Read("123ABC".into()));
        assert_eq!(read.serial.as_deref(), Some("1234567890"));
        assert_eq!(read.expires, ExpiryDate::parse("100101"));
        assert!(read.is_complete() && read.others.is_empty());
    }

    #[test]
    fn a_gtin_alone_is_incomplete() {
        let read = read_label(GTIN).unwrap();
        assert_eq!(read.lot, Lot::Missing);
        assert!(!read.is_complete());
    }

    #[test]
    fn the_same_sample_without_its_separator_is_in_doubt() {
        let read = label("1710010110123ABC211234567890").unwrap();
        let Lot::Doubtful(candidates) = &read.lot else { panic!("{read:?}") };
        assert!(candidates.contains(&"123ABC".into()) && candidates.contains(&"123ABC211234567890".into()));
        assert_eq!(read.serial, None);
    }

    #[test]
    fn a_lot_that_may_hide_in_another_value_is_in_doubt() {
        let read = label("21SER10LOT").unwrap();
        assert_eq!((read.lot, read.serial), (Lot::Doubtful(Vec::new()), None));
    }

    #[test]
    fn any_order_and_any_other_element() {
        let read = read_label(&format!("3015\u{1d}10L-1\u{1d}240X\u{1d}{GTIN}17220200")).unwrap();
        assert_eq!((read.quantity, read.lot.certain()), (Some(15), Some(&"L-1".into())));
        assert_eq!(read.others.len(), 1);
    }

    #[test]
    fn faults_are_told_apart() {
        let cases = [
            ("00395212345678901230".to_owned(), LabelFault::CheckDigit(super::super::ai::Spec::at("00").unwrap().ai)),
            ("10ABC".to_owned(), LabelFault::NoGtin),
            ("0109521234543214".to_owned(), LabelFault::CheckDigit(Ai::GTIN)),
            (format!("{GTIN}17221301"), LabelFault::Date(Ai::EXPIRY)),
            (format!("{GTIN}172213"), LabelFault::Value(Ai::EXPIRY)),
            (format!("{GTIN}10ABCDEFGHIJKLMNOPQRSTUVW"), LabelFault::Value(Ai::LOT)),
            (format!("{GTIN}3012A\u{1d}10B"), LabelFault::Value(Ai::QUANTITY)),
            (format!("{GTIN}\u{1d}10"), LabelFault::Value(Ai::LOT)),
            (format!("{GTIN}26A"), LabelFault::UnknownIdentifier),
            (format!("{GTIN}10A\u{1d}10B"), LabelFault::Twice(Ai::LOT)),
            (format!("{GTIN}10ロット"), LabelFault::Characters),
        ];
        for (text, fault) in cases {
            assert_eq!(read_label(&text), Err(fault), "{text:?}");
        }
        assert!(label("10A\u{1d}10A").is_ok(), "twice the same is the same");
    }
}
