//! Bytes into records and fields (RFC 4180), before anyone asked what the text says.
//!
//! Works on bytes: in UTF-8 and in CP932 no part of a longer character looks like a comma, a quotation mark or a line
//! end. Strict, so that one open quotation mark refuses one row: reading goes on at the next line.

use std::borrow::Cow;

/// A quoted field longer than this has an open quotation mark.
const LONGEST_FIELD: usize = 64 * 1024;

/// Quotation marks that don't match.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadQuotes;

/// The raw fields of one record.
pub(super) type Fields<'a> = Vec<Cow<'a, [u8]>>;

/// Goes through the records of a file; each with the line that it starts on, the first being 1. Empty lines are skipped.
#[derive(Debug)]
pub(super) struct Records<'a> {
    rest: &'a [u8],
    line: u64,
}

impl<'a> Records<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, line: 1 }
    }

    fn advance(&mut self, rest: &'a [u8]) {
        let taken = self.rest.get(..self.rest.len() - rest.len()).unwrap_or_default();
        self.line += line_ends(taken);
        self.rest = rest;
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = (u64, Result<Fields<'a>, BadQuotes>);

    fn next(&mut self) -> Option<Self::Item> {
        while !self.rest.is_empty() {
            let line = self.line;
            match read_record(self.rest) {
                Ok((fields, rest)) => {
                    self.advance(rest);
                    let is_empty = fields.iter().all(|field| field.is_empty()) && fields.len() == 1;
                    if !is_empty {
                        return Some((line, Ok(fields)));
                    }
                }
                Err(bad) => {
                    self.advance(after_line(self.rest));
                    return Some((line, Err(bad)));
                }
            }
        }
        None
    }
}

/// Line ends in a text that does not end between CR and LF: LF, CR LF, or CR alone.
fn line_ends(bytes: &[u8]) -> u64 {
    let followed = bytes.iter().skip(1).map(Some).chain([None]);
    let ends = bytes.iter().zip(followed).filter(|(byte, next)| match byte {
        b'\n' => true,
        b'\r' => *next != Some(&b'\n'),
        _ => false,
    });
    u64::try_from(ends.count()).unwrap_or(u64::MAX)
}

/// What follows the first line end.
fn after_line(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(bytes.len());
    match bytes.split_at(end).1 {
        [b'\r', b'\n', rest @ ..] | [_, rest @ ..] => rest,
        [] => &[],
    }
}

fn read_record(mut rest: &[u8]) -> Result<(Fields<'_>, &[u8]), BadQuotes> {
    let mut fields = Vec::new();
    loop {
        let (field, after) = match rest {
            [b'"', inside @ ..] => quoted(inside)?,
            _ => plain(rest)?,
        };
        fields.push(field);
        match after {
            [b',', more @ ..] => rest = more,
            [b'\r', b'\n', more @ ..] | [b'\n' | b'\r', more @ ..] => return Ok((fields, more)),
            [] => return Ok((fields, after)),
            _ => return Err(BadQuotes),
        }
    }
}

fn plain(rest: &[u8]) -> Result<(Cow<'_, [u8]>, &[u8]), BadQuotes> {
    let end = rest.iter().position(|byte| matches!(byte, b',' | b'\r' | b'\n')).unwrap_or(rest.len());
    let (field, after) = rest.split_at(end);
    if field.contains(&b'"') { Err(BadQuotes) } else { Ok((Cow::Borrowed(field), after)) }
}

fn quoted(mut rest: &[u8]) -> Result<(Cow<'_, [u8]>, &[u8]), BadQuotes> {
    let mut value = Vec::new();
    loop {
        let end = rest.iter().take(LONGEST_FIELD).position(|byte| *byte == b'"').ok_or(BadQuotes)?;
        let (part, after) = rest.split_at(end);
        value.extend_from_slice(part);
        match after {
            _ if value.len() > LONGEST_FIELD => return Err(BadQuotes),
            [b'"', b'"', more @ ..] => {
                value.push(b'"');
                rest = more;
            }
            [_, more @ ..] => return Ok((Cow::Owned(value), more)),
            [] => return Err(BadQuotes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(u64, Result<Vec<String>, BadQuotes>)> {
        let to_text = |field: Cow<'_, [u8]>| String::from_utf8(field.into_owned()).unwrap();
        Records::new(text.as_bytes())
            .map(|(line, fields)| (line, fields.map(|fields| fields.into_iter().map(to_text).collect())))
            .collect()
    }

    fn row(line: u64, fields: &[&str]) -> (u64, Result<Vec<String>, BadQuotes>) {
        (line, Ok(fields.iter().map(|&field| field.to_owned()).collect()))
    }

    #[test]
    fn lines_are_counted_as_a_text_editor_does() {
        for end in ["\n", "\r\n", "\r"] {
            let text = "a,b\n\n\n1,2\n\"x\ny\",3\n,\n5".replace('\n', end);
            let inner = format!("x{end}y");
            let expected =
                [row(1, &["a", "b"]), row(4, &["1", "2"]), row(5, &[&inner, "3"]), row(7, &["", ""]), row(8, &["5"])];
            assert_eq!(read(&text), expected, "{end:?}");
        }
        assert_eq!(read(""), []);
    }

    #[test]
    fn quoted_fields_hold_commas_and_doubled_marks() {
        assert_eq!(read("\"a,\"\"b\"\"\",\"\"\r\n"), [row(1, &["a,\"b\"", ""])]);
    }

    #[test]
    fn an_open_quotation_mark_costs_one_row() {
        let text = "1,\"open\n\"2\",\"b\"\n3,c\n4,d\"e\n5,\"f\n6,g\n";
        let expected = [
            (1, Err(BadQuotes)),
            row(2, &["2", "b"]),
            row(3, &["3", "c"]),
            (4, Err(BadQuotes)),
            (5, Err(BadQuotes)),
            row(6, &["6", "g"]),
        ];
        assert_eq!(read(text), expected);
    }
}
