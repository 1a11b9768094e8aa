//! Vouchers and residents: the fields of a person's records.

use std::collections::BTreeMap;

use anyhow::Result;
use uketsuke_domain::code::Voucher;
use uketsuke_domain::log::Topic;
use uketsuke_domain::record::{DocumentId, DocumentKind, Value, field};
use uketsuke_domain::time::Day;
use uketsuke_sync::author::Author;

use super::{Fate, Import, Into};
use crate::centre::Centre;
use crate::csvs::Numbered;
use crate::csvs::rows::{ResidentRow, VoucherRow};

type Edits = BTreeMap<String, Value>;

fn text(edits: &mut Edits, name: &str, value: Option<String>) {
    if let Some(value) = value {
        edits.insert(name.to_owned(), Value::Text(value));
    }
}

fn key_fields(voucher: &Voucher, birth: Day) -> Edits {
    let mut edits = Edits::new();
    text(&mut edits, field::VOUCHER, Some(voucher.to_string()));
    text(&mut edits, field::BIRTH, Some(birth.to_string()));
    edits
}

/// Writes an edit in the centre's own topic; publishing brings it wherever the person has a booking.
fn edit(to: &mut Into<'_, '_>, kind: DocumentKind, voucher: &Voucher, edits: &Edits) -> Result<bool> {
    let topic = Topic::centre(to.publisher.municipality);
    let document = DocumentId::of(kind, &voucher.to_string());
    Ok(Author::new(&to.publisher.identity, to.tx).fields(&topic, (kind, document), edits)?)
}

fn fate(changed: bool) -> Fate {
    if changed { Fate::Changed } else { Fate::Known }
}

impl Import for VoucherRow {
    type Context = ();

    fn context(_: &Centre, _: &[Numbered<Self>]) -> Result<()> {
        Ok(())
    }

    fn record(&self) -> Option<DocumentId> {
        Some(DocumentId::visit(&self.voucher))
    }

    fn import(row: &Numbered<Self>, (): &(), to: &mut Into<'_, '_>) -> Result<Fate> {
        let row = &row.row;
        let mut edits = key_fields(&row.voucher, row.birth);
        text(&mut edits, field::COUPON, Some(u8::from(row.coupon).to_string()));
        text(&mut edits, field::CLASS, row.class.map(crate::csvs::rows::TargetClass::word));
        Ok(fate(edit(to, DocumentKind::Visit, &row.voucher, &edits)?))
    }
}

impl Import for ResidentRow {
    type Context = ();

    fn context(_: &Centre, _: &[Numbered<Self>]) -> Result<()> {
        Ok(())
    }

    fn record(&self) -> Option<DocumentId> {
        Some(DocumentId::visit(&self.voucher))
    }

    fn import(row: &Numbered<Self>, (): &(), to: &mut Into<'_, '_>) -> Result<Fate> {
        let row = &row.row;
        let mut visit = key_fields(&row.voucher, row.birth);
        text(&mut visit, field::NAME, joined(row.family.as_ref(), row.given.as_ref()));
        text(&mut visit, field::KANA, joined(row.family_kana.as_ref(), row.given_kana.as_ref()));
        let mut changed = edit(to, DocumentKind::Visit, &row.voucher, &visit)?;
        let mut contact = Edits::new();
        text(&mut contact, "phone", row.phone.clone());
        text(&mut contact, "address", row.address.clone());
        text(&mut contact, "registrant", row.registrant.clone());
        if !contact.is_empty() {
            text(&mut contact, field::VOUCHER, Some(row.voucher.to_string()));
            changed |= edit(to, DocumentKind::Contact, &row.voucher, &contact)?;
        }
        Ok(fate(changed))
    }
}

/// Family and given name with a full-width space between them, as forms print it.
fn joined(family: Option<&String>, given: Option<&String>) -> Option<String> {
    match (family, given) {
        (Some(family), Some(given)) => Some(format!("{family}　{given}")),
        (one, other) => one.or(other).cloned(),
    }
}
