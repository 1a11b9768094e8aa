//! 管理者特別権限: entered with a permit and a reason, over by itself.

use uketsuke_domain::authority::{Actor, NotEntered, Operation, Permissions, Permit, Place, SpecialAuthority};
use uketsuke_domain::facts::ClockState;
use uketsuke_domain::reference::Role;
use uketsuke_domain::time::{Elapsed, Moment, Now};

fn now(elapsed: u64, boot: u64) -> Now {
    Now { wall: Moment(0), elapsed: Elapsed(elapsed), boot, clock: ClockState::Trusted }
}

fn permit(operation: Operation) -> Permit {
    let administrator = Actor { role: Role::Administrator, venues: &[], special: false };
    Permissions::default().check(operation, &administrator, Place::Municipality).unwrap()
}

#[test]
fn it_ends_by_itself_and_with_the_machine() {
    let mode =
        SpecialAuthority::enter(permit(Operation::UseSpecialAuthority), " 災害対応 ", now(1_000, 7), 15).unwrap();
    assert_eq!(mode.reason(), "災害対応");
    let last = 1_000 + 15 * 60_000 - 1;
    for (at, on) in [(now(1_000, 7), true), (now(last, 7), true), (now(last + 1, 7), false), (now(2_000, 8), false)] {
        assert_eq!(mode.is_on(at), on, "{at:?}");
    }
    assert!(!mode.is_on(now(999, 7)), "not before it was entered");
}

#[test]
fn a_wall_clock_put_back_does_not_prolong_it() {
    let mode = SpecialAuthority::enter(permit(Operation::UseSpecialAuthority), "災害対応", now(0, 7), 1).unwrap();
    let put_back = Now { wall: Moment(-86_400_000), ..now(60_000, 7) };
    assert!(!mode.is_on(put_back));
}

#[test]
fn it_needs_the_right_permit_and_a_reason() {
    let enter = |operation, reason| SpecialAuthority::enter(permit(operation), reason, now(0, 7), 15);
    assert_eq!(enter(Operation::Book, "災害対応"), Err(NotEntered::Permit));
    assert_eq!(enter(Operation::UseSpecialAuthority, " 　\n"), Err(NotEntered::Reason));
}
