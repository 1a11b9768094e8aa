//! How far a label's lot can be believed.

use serde::Serialize;

use crate::ids::LotNumber;

/// ロット番号 as a label tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Lot {
    /// The code holds none. A scanner that does not read composite codes sends the GTIN alone: ask for the lot.
    Missing,
    /// Where the lot ends is certain. 1–20 of GS1's characters; small letters stay small.
    Read(LotNumber),
    /// A separator may have been swallowed, so where the lot ends is open. Candidates, longest first; none where the
    /// lot may hide behind another element. A person decides, or the lots of the venue do ([`Lot::among`]).
    Doubtful(Vec<LotNumber>),
}

impl Lot {
    /// The lot, where it is certain.
    pub fn certain(&self) -> Option<&LotNumber> {
        match self {
            Self::Read(lot) => Some(lot),
            Self::Missing | Self::Doubtful(_) => None,
        }
    }

    /// The lot where it is certain, or the one candidate that is among the lots at hand. Two such candidates are none:
    /// then a person has to look.
    pub fn among(&self, at_hand: &[LotNumber]) -> Option<&LotNumber> {
        match self {
            Self::Missing => None,
            Self::Read(lot) => Some(lot),
            Self::Doubtful(candidates) => {
                let mut known = candidates.iter().filter(|lot| at_hand.contains(lot));
                known.next().filter(|_| known.next().is_none())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lots_at_hand_settle_a_doubt_only_when_one_fits() {
        let lots = |texts: &[&str]| texts.iter().map(|text| LotNumber::from(*text)).collect::<Vec<_>>();
        let doubt = Lot::Doubtful(lots(&["EP2163", "EP"]));
        assert_eq!(doubt.certain(), None);
        assert_eq!(doubt.among(&lots(&["EP2163", "EY0000"])), Some(&"EP2163".into()));
        assert_eq!(doubt.among(&lots(&["EP2163", "EP"])), None);
        assert_eq!(doubt.among(&[]), None);
        assert_eq!(Lot::Missing.among(&lots(&["EP"])), None);
        let read = Lot::Read("A1".into());
        assert_eq!(read.among(&[]), read.certain());
    }
}
