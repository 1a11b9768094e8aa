//! Keeping the rows that queries read. Only what changed is written.

use std::collections::BTreeSet;

use rusqlite::params;
use uketsuke_domain::record::DocumentId;
use uketsuke_domain::verdict::OutcomeKind;

use super::Sql;
use crate::StoreError;
use crate::project::{PersonColumns, Projections, ReviewColumns, VisitColumns};

impl Projections for Sql<'_> {
    fn put_person(&mut self, document: DocumentId, row: PersonColumns) -> Result<(), StoreError> {
        // The row rarely changes while facts come in.
        let sql = "INSERT INTO person VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (document) DO UPDATE SET
                 municipality = ?2, voucher = ?3, name = ?4, kana = ?5, birth = ?6, name_key = ?7
             WHERE (municipality, voucher, name, kana, birth, name_key) IS NOT (?2, ?3, ?4, ?5, ?6, ?7)";
        let PersonColumns { municipality, voucher, name, kana, birth, name_key } = row;
        let row = params![document.0, municipality, voucher, name, kana, birth, name_key];
        self.0.prepare_cached(sql)?.execute(row)?;
        Ok(())
    }

    fn put_visits(&mut self, document: DocumentId, rows: Vec<VisitColumns>) -> Result<(), StoreError> {
        let mut kept = BTreeSet::new();
        for row in rows {
            self.put_visit(document, &row)?;
            kept.insert(row.visit);
        }
        let mut statement = self.0.prepare_cached("SELECT visit FROM visit WHERE document = ?")?;
        let stored: Vec<String> = statement.query_map([document.0], |row| row.get(0))?.collect::<Result<_, _>>()?;
        for visit in stored.iter().filter(|visit| !kept.contains(*visit)) {
            let mut statement = self.0.prepare_cached("DELETE FROM visit WHERE document = ? AND visit = ?")?;
            statement.execute(params![document.0, visit])?;
        }
        Ok(())
    }

    fn put_reviews(&mut self, document: DocumentId, rows: Vec<ReviewColumns>) -> Result<(), StoreError> {
        self.0.prepare_cached("DELETE FROM review WHERE document = ?")?.execute([document.0])?;
        let mut statement = self.0.prepare_cached("INSERT INTO review VALUES (?, ?, ?, ?, ?)")?;
        for (place, row) in (0_i64..).zip(rows) {
            statement.execute(params![document.0, place, row.kind, row.urgent, row.since.map(|since| since.0)])?;
        }
        Ok(())
    }
}

impl Sql<'_> {
    /// A check-in leaves the day's index and the person's other visits alone.
    fn put_visit(self, document: DocumentId, row: &VisitColumns) -> Result<(), StoreError> {
        let sql = "INSERT INTO visit VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
             ON CONFLICT (document, visit) DO UPDATE SET venue = ?3, day = ?4, start = ?5, slot = ?6, product = ?7,
                 dose = ?8, cancelled = ?9, checked_in = ?10, outcome = ?11, outcome_at = ?12, unsettled = ?13
             WHERE (venue, day, start, slot, product, dose, cancelled, checked_in, outcome, outcome_at, unsettled)
                 IS NOT (?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
        self.0.prepare_cached(sql)?.execute(params![
            document.0,
            row.visit,
            row.venue,
            row.day,
            row.start,
            row.slot,
            row.product,
            row.dose,
            row.cancelled,
            row.checked_in.map(|at| at.0),
            row.outcome.map(|(kind, _)| outcome_number(kind)),
            row.outcome.map(|(_, at)| at.0),
            row.unsettled,
        ])?;
        Ok(())
    }
}

fn outcome_number(kind: OutcomeKind) -> u8 {
    match kind {
        OutcomeKind::Vaccinated => 1,
        OutcomeKind::PrescreenOnly => 2,
    }
}
