//! Why a text is no code that we know.

use serde::Serialize;

use super::gs1::LabelFault;

/// Why a text is no code that we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
pub enum Unreadable {
    /// Nothing was left after framing and identifiers were stripped.
    #[error("the code is empty")]
    Empty,
    /// So many digits, a number that no code of ours has: most often NW-7 that dropped some.
    #[error("{0} digits were read; a voucher has 10 or 18")]
    Length(usize),
    /// 18 digits whose municipality has a wrong check digit.
    #[error("the municipality's check digit does not fit")]
    CheckDigit,
    /// It holds characters that no code of ours holds.
    #[error("the code holds something other than digits")]
    Characters,
    /// NW-7 with a start letter and no stop letter, or the reverse.
    #[error("the bar code was cut off")]
    Cut,
    /// A staff card or an enrolment code that was misread or mistyped.
    #[error("a code of ours whose check characters do not fit")]
    DamagedOwnCode,
    /// A code of ours in a format that this version does not know.
    #[error("a code of ours from a newer version")]
    NewerCode,
    /// GS1 elements, but no label that can be used.
    #[error("a GS1 label that can't be used: {0}")]
    Label(LabelFault),
}
