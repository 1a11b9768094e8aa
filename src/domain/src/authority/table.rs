//! The table: what each role may do, and why. One row for each operation; the compiler misses none.

use super::Operation;
use super::grant::{Cell, all, no, own, special};
#[allow(clippy::wildcard_imports, reason = "the rows name nearly all sources")]
use super::source::*;
use crate::reference::Role;

/// The cell of an operation and a role, before a municipality's changes.
pub const fn cell(operation: Operation, role: Role) -> Cell {
    let [staff, manager, calls, admin] = row(operation);
    match role {
        Role::VenueStaff => staff,
        Role::VenueManager => manager,
        Role::CallCentre => calls,
        Role::Administrator => admin,
    }
}

/// 会場一般, 会場責任者, コールセンター一般, 管理者.
#[rustfmt::skip]
#[allow(clippy::match_same_arms, clippy::too_many_lines, reason = "a table has one row for each operation")]
const fn row(operation: Operation) -> [Cell; 4] {
    use Operation as Op;
    match operation {
        Op::LookUpAtVenue => [own(STAFF), own(MANAGER), all(SEARCH), all(ADMIN)],
        Op::LookUpAnyone => [set(no(LESS_THAN_MANAGER)), set(no(MANAGER)), all(SEARCH), all(ADMIN)],
        Op::CheckIn => [own(STAFF), own(MANAGER), no(NOT_THERE), all(ADMIN)],
        Op::RecordOutcome => [own(STAFF), own(MANAGER), no(NOT_THERE), all(ADMIN)],
        Op::RecordLeft => [own(DOOR_WORK), own(MANAGER), no(NOT_THERE), all(ADMIN)],
        Op::PrintCertificate => [own(DESK), own(MANAGER), no(NOT_THERE), all(ADMIN)],
        Op::ReprintCertificate => [own(REPRINT), own(MANAGER), no(NOT_THERE), all(ADMIN)],
        Op::EnterFromPaper => [own(PAPER), own(MANAGER), no(NOT_THERE), all(ADMIN)],
        Op::ConfirmPaper => [own(PAPER), own(MANAGER), no(NOT_THERE), all(ADMIN)],
        Op::CorrectOutcome => [own(OWN_MISTAKE), own(MANAGER), no(NOT_THERE), all(ADMIN)],
        Op::ViewResults => [no(NOT_STAFF), own(MANAGER), no(NOT_CALLS_DATA), all(ADMIN)],
        Op::ChangeResultsInBulk => [no(NOT_STAFF), own(MANAGER), no(NOT_THERE), all(ADMIN)],
        Op::MarkNoShow => [no(NOT_STAFF), own(MANAGER), no(NOT_THERE), all(ADMIN)],
        Op::RefileFact => [no(TWO_RECORDS), own(MANAGER), no(NOT_THERE), all(ADMIN)],
        Op::DecideReview => [no(REVIEWS), own(REVIEWS), no(NOT_THERE), all(ADMIN)],
        Op::DecideUrgentReview => [no(URGENT), set(no(URGENT)), no(NOT_THERE), all(ADMIN)],
        Op::SetBoard => [no(MANAGER_WORK), own(MANAGER_WORK), no(NOT_THERE), all(ADMIN)],
        Op::OpenDay => [no(MANAGER_WORK), own(MANAGER_WORK), no(NOT_THERE), all(ADMIN)],
        Op::CloseDay => [no(MANAGER_WORK), own(MANAGER_WORK), no(NOT_THERE), all(ADMIN)],
        Op::ViewDashboard => [no(MANAGER_WORK), own(MANAGER_WORK), no(NOT_THERE), all(ADMIN)],
        Op::PrintBookedPeople => [own(SEES_OWN), own(MANAGER), all(CALLS), all(ADMIN)],
        Op::SelfTest => [own(DOOR_WORK), own(MANAGER_WORK), no(NOT_THERE), all(ADMIN)],
        Op::Practise => [own(EVERYBODY), own(EVERYBODY), all(EVERYBODY), all(ADMIN)],

        Op::AcceptWithoutBooking => [no(STAFF_RULES), set(own(DOOR_MANAGER)), no(CALLS_RULES), set(all(DOOR_ADMIN))],
        Op::AcceptOtherDay => [no(STAFF_RULES), set(own(DOOR_MANAGER)), no(CALLS_RULES), set(all(DOOR_ADMIN))],
        Op::AcceptOtherVenue => [no(STAFF_RULES), set(no(NOT_MANAGER)), no(CALLS_RULES), set(special(SPECIAL_ONLY))],
        Op::ReinstateCancelled => [no(STAFF_RULES), set(own(DOOR_MANAGER)), no(CALLS_RULES), set(all(DOOR_ADMIN))],
        Op::ReopenVisit => [no(STAFF_RULES), set(own(DOOR_MANAGER)), no(CALLS_RULES), set(all(DOOR_ADMIN))],
        Op::AcceptUnknownHistory => [no(STAFF_RULES), set(own(DOOR_MANAGER)), no(CALLS_RULES), set(all(DOOR_ADMIN))],
        Op::AcceptDeletedVoucher => [no(STAFF_RULES), set(no(NOT_MANAGER)), no(CALLS_RULES), set(special(SPECIAL_ONLY))],
        Op::AcceptReplacedVoucher => [no(STAFF_RULES), set(no(NOT_MANAGER)), no(CALLS_RULES), set(special(SPECIAL_ONLY))],
        Op::AcceptOpenReview => [no(STAFF_RULES), set(own(DOOR_MANAGER)), no(CALLS_RULES), set(all(DOOR_ADMIN))],
        Op::AcceptNewerFacts => [no(STAFF_RULES), set(own(DOOR_MANAGER)), no(CALLS_RULES), set(all(DOOR_ADMIN))],
        Op::AcceptOutsideHours => [set(own(DOOR_SETTLES)), own(DOOR_MANAGER), no(CALLS_RULES), all(DOOR_ADMIN)],
        Op::SettleIdentity => [set(own(DOOR_SETTLES)), own(DOOR_MANAGER), no(CALLS_RULES), all(DOOR_ADMIN)],
        Op::ConfirmGuardian => [set(own(DOOR_SETTLES)), own(DOOR_MANAGER), no(CALLS_RULES), all(DOOR_ADMIN)],
        Op::ConfirmClock => [set(own(DOOR_SETTLES)), own(DOOR_MANAGER), no(CALLS_RULES), all(DOOR_ADMIN)],
        Op::RecordIrregularOutcome => [no(STAFF_RULES), own(MUST_RECORD), no(CALLS_RULES), all(DOOR_ADMIN)],

        Op::ViewSlots => [own(SEES_OWN), own(VENUE_SLOTS), all(CALLS), all(ADMIN_SLOTS)],
        Op::Book => [own(DOOR_BOOKS), own(MANAGER), all(CALLS_BOOK), all(ADMIN)],
        Op::BookStaffOnlySlot => [no(HIDDEN_STAFF), own(MANAGER), all(HIDDEN_SLOTS), all(ADMIN)],
        Op::Rebook => [own(INSTITUTION_REBOOKS), own(INSTITUTION_REBOOKS), all(CALLS_BOOK), all(ADMIN)],
        Op::CancelBooking => [own(INSTITUTION_REBOOKS), own(INSTITUTION_REBOOKS), all(CALLS_BOOK), all(ADMIN)],
        Op::BookInBulk => [no(BULK), no(BULK), no(BULK), all(BULK)],

        Op::Overbook => [no(STAFF_RULES), set(own(MANAGER_IRREGULAR)), no(CALLS_RULES), set(all(ADMIN_OVERBOOKS))],
        Op::ShortenFirstInterval => [no(STAFF_RULES), set(own(MANAGER_IRREGULAR)), no(CALLS_RULES), set(all(DOOR_ADMIN))],
        Op::ShortenLaterInterval => [no(STAFF_RULES), set(no(LATER_INTERVAL)), no(CALLS_RULES), set(special(SPECIAL_INTERVAL))],
        Op::IgnoreAge => [no(STAFF_RULES), set(no(NOT_MANAGER)), no(CALLS_RULES), set(special(SPECIAL_ONLY))],
        Op::IgnoreDoseTarget => [no(STAFF_RULES), set(no(NOT_MANAGER)), no(CALLS_RULES), set(special(SPECIAL_ONLY))],
        Op::MixVaccines => [no(STAFF_RULES), set(no(NOT_MANAGER)), no(CALLS_RULES), set(special(SPECIAL_ONLY))],
        Op::BookClosedSlot => [no(STAFF_RULES), set(no(NOT_MANAGER)), no(CALLS_RULES), set(special(SPECIAL_ONLY))],
        Op::BookOnTheDay => [no(STAFF_RULES), set(no(NOT_MANAGER)), no(CALLS_RULES), set(special(SPECIAL_ONLY))],

        Op::RegisterVenue => [no(LESS_THAN_MANAGER), no(MANAGER), no(CALLS_OFFICE), all(ADMIN)],
        Op::RegisterSlot => [no(NO_SLOTS), own(VENUE_SLOTS), all(CALLS), all(ADMIN_SLOTS)],
        Op::ChangeSlotState => [no(NO_SLOTS), own(VENUE_SLOTS), all(CALLS_SLOTS), all(ADMIN_SLOTS)],
        Op::ReleaseSameDay => [no(NO_SLOTS), own(VENUE_SLOTS), all(CALLS_SLOTS), all(ADMIN_SLOTS)],
        Op::RegisterAccount => [no(OFFICE), no(OFFICE), no(CALLS_OFFICE), all(ADMIN)],
        Op::RegisterVoucher => [no(OFFICE), no(OFFICE), no(CALLS_OFFICE), all(ADMIN)],
        Op::ChangeBirthDate => [no(OFFICE), no(OFFICE), no(CALLS_OFFICE), all(ADMIN)],
        Op::DeleteVoucher => [no(OFFICE), no(OFFICE), no(CALLS_OFFICE), all(ADMIN)],
        Op::BarFromSite => [no(OFFICE), no(OFFICE), no(CALLS_OFFICE), all(ADMIN)],
        Op::ReplaceVoucher => [no(OFFICE), no(OFFICE), no(CALLS_OFFICE), all(ADMIN)],
        Op::RegisterRegistrant => [no(REGISTRANTS), no(REGISTRANTS), all(CALLS_REGISTRANTS), all(ADMIN)],
        Op::WithdrawRegistrant => [no(REGISTRANTS), no(REGISTRANTS), all(CALLS_REGISTRANTS), all(ADMIN)],
        Op::RegisterResident => [own(DOOR_REGISTERS), own(MANAGER), all(CALLS_RESIDENTS), all(ADMIN)],
        Op::ChangeResident => [no(NOT_DATA), own(MANAGER), all(CALLS_RESIDENTS), all(ADMIN)],
        Op::PostNotice => [no(OFFICE), no(OFFICE), no(CALLS_OFFICE), all(ADMIN)],
        Op::ChangeSettings => [no(OFFICE), no(OFFICE), no(CALLS_OFFICE), all(ADMIN)],
        Op::ManageDevices => [no(OFFICE), no(OFFICE), no(CALLS_OFFICE), all(ADMIN)],
        Op::ManageDoctorsAndLots => [no(MANAGER_WORK), own(LOTS_ARRIVE), no(NOT_THERE), all(ADMIN)],

        Op::ImportCsv => [no(NOT_STAFF), own(OWN_FILES), no(NOT_CALLS_DATA), all(ADMIN)],
        Op::ImportResults => [no(NOT_STAFF), own(OWN_FILES), no(NOT_CALLS_DATA), all(ADMIN)],
        Op::ExportResults => [no(NOT_STAFF), own(OWN_FILES), no(NOT_CALLS_DATA), all(ADMIN)],
        Op::ExportForVrs => [no(NOT_STAFF), own(OWN_FILES), no(NOT_CALLS_DATA), all(ADMIN)],
        Op::CheckVrsFormat => [no(NOT_STAFF), own(OWN_FILES), no(NOT_CALLS_DATA), all(ADMIN)],
        Op::ReportToVSys => [no(NOT_STAFF), own(INSTITUTION_REPORTS), no(NOT_CALLS_DATA), all(ADMIN)],
        Op::MakeInvoice => [no(NOT_STAFF), own(INSTITUTION_REPORTS), no(NOT_CALLS_DATA), all(ADMIN)],
        Op::DownloadCsv => [no(NOT_STAFF), own(OWN_FILES), no(NOT_CALLS_DATA), all(ADMIN)],
        Op::DownloadOperationLog => [no(NOT_STAFF), own(OWN_FILES), no(NOT_CALLS_DATA), all(ADMIN)],
        Op::CourierOut => [no(NOT_STAFF), own(COURIER), no(NOT_THERE), all(ADMIN)],
        Op::CourierIn => [no(NOT_STAFF), own(COURIER), no(NOT_THERE), all(ADMIN)],
        Op::BackUp => [no(NOT_STAFF), own(OWN_FILES), no(NOT_THERE), all(ADMIN)],
        Op::Restore => [no(OFFICE), no(OFFICE), no(CALLS_OFFICE), all(ADMIN)],
        Op::EraseRecords => [no(OFFICE), no(OFFICE), no(CALLS_OFFICE), all(ADMIN)],

        Op::SignIn => [own(SIGN_IN), own(SIGN_IN), all(LOGIN), all(LOGIN)],
        Op::UseSpecialAuthority => [no(SPECIAL_ONLY), no(SPECIAL_ONLY), no(SPECIAL_ONLY), all(SPECIAL_ONLY)],
    }
}

/// A cell that a municipality may change.
const fn set(cell: Cell) -> Cell {
    cell.adjustable()
}
