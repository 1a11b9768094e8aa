//! What a person went on in spite of.

use std::fmt;

use minicbor::{Decode, Encode};
use serde::Serialize;

/// A reason that a person went on in spite of, as the screen showed it. The same reason about something else (another
/// dose before, another dose due) was not seen, and so is not overruled.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Overruled {
    /// The reason's code ([`crate::verdict::Reason::code`]).
    pub code: String,
    /// What it was about ([`crate::verdict::Reason::about`]); none where a reason has only one thing to be about.
    pub about: Option<String>,
}

/// Written as one text, `code` or `code=about`: that is also its form in a fact.
impl fmt::Display for Overruled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)?;
        self.about.iter().try_for_each(|about| write!(f, "={about}"))
    }
}

impl From<&str> for Overruled {
    fn from(text: &str) -> Self {
        match text.split_once('=') {
            Some((code, about)) => Self { code: code.to_owned(), about: Some(about.to_owned()) },
            None => Self { code: text.to_owned(), about: None },
        }
    }
}

impl Serialize for Overruled {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<C> Encode<C> for Overruled {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.str(&self.to_string())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Overruled {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        d.str().map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_text_reads_back() {
        for text in ["same-name", "interval-too-short=2021-04-20", "vaccine-differs=A=B/C", "x="] {
            let read = Overruled::from(text);
            assert_eq!(read.to_string(), text);
            assert_eq!(minicbor::decode::<Overruled>(&minicbor::to_vec(&read).unwrap()).unwrap(), read);
        }
        assert_eq!(Overruled::from("a=b=c").about.as_deref(), Some("b=c"));
    }
}
