//! Vouchers and residents: the fields of a person's records.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use uketsuke_domain::code::Voucher;
use uketsuke_domain::facts::{Body, FactKind, Source, VoucherReplaced, Weight};
use uketsuke_domain::fold::fold;
use uketsuke_domain::log::Topic;
use uketsuke_domain::record::{DocumentId, DocumentKind, RawRecord, Value, field};
use uketsuke_domain::time::Day;
use uketsuke_sync::author::Author;

use super::facts::{New, stamp, write};
use super::site::unknown;
use super::{Fate, Import, Into};
use crate::centre::Centre;
use crate::csvs::rows::{ResidentRow, VoucherRow, VoucherState};
use crate::csvs::{Numbered, Refusal, RowError};

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
    text(&mut edits, field::HISTORY, Some("1".to_owned()));
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
    /// The vouchers of the file itself: a reissued one may stand beside the one before.
    type Context = BTreeSet<Voucher>;

    fn context(_: &Centre, rows: &[Numbered<Self>]) -> Result<Self::Context> {
        Ok(rows.iter().map(|row| row.row.voucher).collect())
    }

    fn record(&self) -> Option<DocumentId> {
        Some(DocumentId::visit(&self.voucher))
    }

    fn import(numbered: &Numbered<Self>, in_file: &Self::Context, to: &mut Into<'_, '_>) -> Result<Fate> {
        let row = &numbered.row;
        if let Some(old) = row.replaces.filter(|old| !in_file.contains(old) && !is_known(to, old)) {
            return Ok(unknown(numbered, "再発行前の接種券番号", "接種券", &old.number));
        }
        if let Some(VoucherState::Deleted(Some(day))) = row.state.filter(|state| state.is_after(to.now)) {
            let reason = Refusal::DeletedInTheFuture { found: day.to_string() };
            return Ok(Fate::Refused(RowError { line: numbered.line, column: "削除日".to_owned(), reason }));
        }
        let record = to.tx.record(DocumentId::visit(&row.voucher))?;
        let mut edits = key_fields(&row.voucher, row.birth);
        text(&mut edits, field::COUPON, Some(u8::from(row.coupon).to_string()));
        text(&mut edits, field::CLASS, row.class.map(crate::csvs::rows::TargetClass::word));
        text(&mut edits, field::DELETED, row.state.and_then(|state| deleted(state, &record)));
        let mut changed = edit(to, DocumentKind::Visit, &row.voucher, &edits)?;
        if let Some(old) = row.replaces.filter(|old| !fold(&record, None).replaces.contains(old)) {
            replace(to, old, row.voucher)?;
            changed = true;
        }
        Ok(fate(changed))
    }
}

/// What to write of a deletion; nothing where the record says so already. A day that is known stays known, and a voucher that
/// was never deleted needs no word about it.
fn deleted(state: VoucherState, record: &RawRecord) -> Option<String> {
    match state {
        VoucherState::Valid => record.is_deleted().then(|| "0".to_owned()),
        VoucherState::Deleted(Some(day)) => Some(day.to_string()),
        VoucherState::Deleted(None) => (!record.is_deleted()).then(|| "1".to_owned()),
    }
}

fn is_known(to: &Into<'_, '_>, voucher: &Voucher) -> bool {
    to.tx.record(DocumentId::visit(voucher)).is_ok_and(|record| !record.is_empty())
}

/// 再発行: both records say so, in one transaction, and nothing is merged.
fn replace(to: &mut Into<'_, '_>, old: Voucher, new: Voucher) -> Result<()> {
    for (of, by, replaces) in [(old, Some(new), None), (new, None, Some(old))] {
        let body = Body::VoucherReplaced(VoucherReplaced { by, replaces, because: "再発行".to_owned() });
        let new = New {
            kind: FactKind::VoucherReplaced,
            booking: None,
            dose: None,
            supersedes: Vec::new(),
            weight: Weight::Ordinary,
            body,
        };
        let stamp = stamp(to, to.now, Source::Import, &"".into(), &"import".into());
        write(to, &Topic::centre(to.publisher.municipality), &of, new, stamp)?;
    }
    Ok(())
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
