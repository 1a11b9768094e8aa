//! The results export: one row for each dose that counts. 予診のみ never counts as a dose and is not in it; nor is a dose
//! that contradicts another fact, until somebody has decided.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::Result;
use uketsuke_domain::facts::Source;
use uketsuke_domain::ids::{DoctorId, VenueNumber};
use uketsuke_domain::record::DocumentKind;
use uketsuke_domain::reference::{Doctor, Settings, Venue};
use uketsuke_store::DoseRow;

use crate::centre::Centre;
use crate::csvs::Profile;
use crate::csvs::export::{ResultRow, ResultStatus, Written, write_results};
use crate::import::decode_all;

/// How an export went.
#[derive(Debug)]
pub struct Exported {
    /// What was written and what was refused.
    pub written: Written,
    /// Doses left out because a review about them is open.
    pub unsettled: usize,
    /// Doses left out because another system gave them: it has them already.
    pub imported: usize,
}

/// Writes the results of everybody: of what was recorded here, and on request of what other systems had given.
///
/// # Errors
/// When the disk refuses.
pub fn export(centre: &Centre, profile: Profile, with_imported: bool, out: &mut impl Write) -> Result<Exported> {
    let names = Names::read(centre)?;
    let mut rows = Vec::new();
    let (mut unsettled, mut imported) = (0, 0);
    centre.store.each_dose(|row: DoseRow| -> Result<()> {
        if row.dose.unsettled {
            unsettled += 1;
        } else if row.dose.source == Source::Import && !with_imported {
            imported += 1;
        } else {
            rows.push(names.result_row(row));
        }
        Ok(())
    })?;
    let written = write_results(rows.iter(), profile, out)?;
    Ok(Exported { written, unsettled, imported })
}

/// What numbers in facts are called.
struct Names {
    settings: Option<Settings>,
    venues: BTreeMap<VenueNumber, String>,
    doctors: BTreeMap<DoctorId, String>,
}

impl Names {
    fn read(centre: &Centre) -> Result<Self> {
        let venues: Vec<Venue> = decode_all(centre, DocumentKind::Venue)?;
        let doctors: Vec<Doctor> = decode_all(centre, DocumentKind::Doctors)?;
        Ok(Self {
            settings: centre.store.settings().cloned(),
            venues: venues.into_iter().map(|venue| (venue.number, venue.name)).collect(),
            doctors: doctors.into_iter().map(|doctor| (doctor.id, doctor.name)).collect(),
        })
    }

    fn result_row(&self, DoseRow { person, dose }: DoseRow) -> ResultRow {
        let product = dose.product.as_ref();
        let known = product.and_then(|id| self.settings.as_ref()?.product(id));
        let maker = known.map(|product| product.maker.clone()).or_else(|| product.map(ToString::to_string));
        let venue = dose.place.or_else(|| self.venues.get(&dose.venue).cloned());
        // A name that is not here is better than nothing: its number can be looked up.
        let venue = venue.unwrap_or_else(|| dose.venue.to_string());
        let doctor = dose.doctor.map(|id| self.doctors.get(&id).cloned().unwrap_or_else(|| id.to_string()));
        ResultRow {
            voucher: person.voucher,
            dose: dose.dose,
            status: ResultStatus::Vaccinated,
            day: dose.day,
            venue,
            doctor: doctor.unwrap_or_default(),
            maker: maker.unwrap_or_default(),
            lot: dose.lot.map(|lot| lot.to_string()).unwrap_or_default(),
            recorded_at: dose.recorded_at,
        }
    }
}
