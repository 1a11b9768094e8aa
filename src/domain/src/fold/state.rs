//! What a fold answers.

use serde::Serialize;

use super::papers::Half;
use crate::code::Voucher;
use crate::facts::{Booked, Overruled, Source};
use crate::ids::{BookingNumber, DoctorId, FactHash, LotNumber, ProductId, VenueNumber};
use crate::review::Review;
use crate::time::{Day, Moment};
use crate::verdict::{OutcomeKind, Place};

/// Everything that follows from one person's facts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Folded {
    /// Bookings, by day, start and number.
    pub bookings: Vec<BookingState>,
    /// Visits: of bookings, and of people who came without one.
    pub visits: Vec<VisitState>,
    /// Doses that count, by day. 予診のみ is never among them.
    pub doses: Vec<GivenDose>,
    /// Doses that count in the records of the same person's other numbers.
    pub kin_doses: Vec<GivenDose>,
    /// What a person must decide, urgent first.
    pub reviews: Vec<Review>,
    /// 控え that were printed, oldest first.
    pub certificates: Vec<CertificateState>,
    /// The vouchers that took this one's place; most often none.
    pub replaced_by: Vec<Voucher>,
    /// The vouchers whose place this one took.
    pub replaces: Vec<Voucher>,
    /// The halves of 取り違え that hold in this record: what was given away, and what was taken in, itself or as it was
    /// corrected since.
    pub halves: Vec<Half>,
    /// There are facts that this version does not understand and that matter.
    pub newer_facts: bool,
}

/// A booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BookingState {
    /// 予約番号.
    pub number: BookingNumber,
    /// The fact that gave it its place: what moving it gives up.
    pub fact: FactHash,
    /// The dose that it is for.
    pub dose: Option<u8>,
    /// Where and when.
    pub booked: Booked,
    /// When this place was taken, or taken again: as recorded, and of imports as the other system says. First come, first served.
    pub since: Moment,
    /// It was moved here from another place.
    pub moved: bool,
    /// That it was cancelled, or the person did not come, if so.
    pub cancelled: Option<Cancellation>,
}

/// キャンセル, or キャンセル（来場なし）.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cancellation {
    /// When; of several the first.
    pub at: Moment,
    /// Who asked for it, as far as is known.
    pub by: Option<String>,
    /// Nobody cancelled; the person did not come.
    pub no_show: bool,
    /// The facts that say so: what taking it back supersedes.
    pub facts: Vec<FactHash>,
}

/// What makes facts belong to one visit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum VisitKey {
    /// The visit of a booking.
    Booking(BookingNumber),
    /// A visit without a booking: one a day and venue.
    WalkIn(VenueNumber, Day),
    /// The visit of a booking at a place that it had, before it was moved elsewhere: the person came, and comes again.
    Former(BookingNumber, VenueNumber, Day),
}

/// A visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VisitState {
    /// Which.
    pub key: VisitKey,
    /// The first check-in, if one is here.
    pub check_in: Option<CheckInState>,
    /// The outcome, if one is here. Beside a 予診のみ of the same visit 接種済み stands, for safety.
    pub outcome: Option<OutcomeState>,
    /// 帰宅（未接種）, if it is here.
    pub left: Option<LeftState>,
    /// The visit goes on after 予診のみ or 帰宅.
    pub reopened: bool,
    /// All standing facts of the visit: what a screen shows, and so the basis of what a person does next.
    pub facts: Vec<FactHash>,
}

/// A check-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckInState {
    /// The fact.
    pub fact: FactHash,
    /// When.
    pub at: Moment,
    /// Where.
    pub place: Place,
    /// The reasons that it went on in spite of.
    pub overridden: Vec<Overruled>,
}

/// 帰宅（未接種）.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftState {
    /// The first fact that says so.
    pub fact: FactHash,
    /// When.
    pub at: Moment,
}

/// A 控え that was printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CertificateState {
    /// The fact.
    pub fact: FactHash,
    /// When.
    pub at: Moment,
    /// The outcomes that it shows.
    pub shows: Vec<FactHash>,
}

/// An outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OutcomeState {
    /// The fact.
    pub fact: FactHash,
    /// 接種済み or 予診のみ.
    pub kind: OutcomeKind,
    /// When it happened.
    pub at: Moment,
    /// Where.
    pub place: Place,
    /// The visit has both outcomes, and nobody has decided yet.
    pub unsettled: bool,
}

/// A dose that counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GivenDose {
    /// The fact.
    pub fact: FactHash,
    /// 1回目, 2回目, …
    pub dose: u8,
    /// The vaccination date.
    pub day: Day,
    /// Which vaccine, where the record says.
    pub product: Option<ProductId>,
    /// Its lot.
    pub lot: Option<LotNumber>,
    /// The doctor.
    pub doctor: Option<DoctorId>,
    /// The venue of the fact.
    pub venue: VenueNumber,
    /// Where, as another system named it.
    pub place: Option<String>,
    /// When it was recorded.
    pub recorded_at: Moment,
    /// Screen, paper, or another system.
    pub source: Source,
    /// The booking, if the dose belongs to one.
    pub booking: Option<BookingNumber>,
    /// It contradicts another fact: exports leave it out until somebody decides.
    pub unsettled: bool,
}

impl Folded {
    /// The visit of a booking.
    pub fn visit(&self, key: &VisitKey) -> Option<&VisitState> {
        self.visits.iter().find(|visit| visit.key == *key)
    }

    /// The last dose given on or before a day.
    pub fn last_dose(&self, until: Day) -> Option<&GivenDose> {
        self.doses.iter().filter(|dose| dose.day <= until).max_by_key(|dose| (dose.day, dose.dose))
    }
}
