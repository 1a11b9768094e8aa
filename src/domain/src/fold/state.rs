//! What a fold answers.

use serde::Serialize;

use crate::facts::{Booked, Source};
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
    /// What a person must decide, urgent first.
    pub reviews: Vec<Review>,
    /// There are facts that this version does not understand and that matter.
    pub newer_facts: bool,
}

/// A booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BookingState {
    /// 予約番号.
    pub number: BookingNumber,
    /// The dose that it is for.
    pub dose: Option<u8>,
    /// Where and when.
    pub booked: Booked,
    /// When it was cancelled and by whom, if it was.
    pub cancelled: Option<(Moment, Option<String>)>,
}

/// What makes facts belong to one visit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum VisitKey {
    /// The visit of a booking.
    Booking(BookingNumber),
    /// A visit without a booking: one a day and venue.
    WalkIn(VenueNumber, Day),
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
    /// The visit goes on after 予診のみ.
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
