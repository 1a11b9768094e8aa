//! Which encoding a file has, and its bytes as text.

use std::borrow::Cow;

use uketsuke_domain::text::cp932;

/// The encodings that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    /// Windows' `Shift_JIS`: what a Japanese Excel writes as "CSV".
    Cp932,
}

const BOM: &[u8] = b"\xef\xbb\xbf";

/// Says which encoding the bytes are in, and gives the bytes after a byte order mark.
///
/// A mark or valid UTF-8 means UTF-8. So does a header line that is valid UTF-8 beyond ASCII: then single rows are
/// broken, and not the whole file in another encoding. All else is CP932.
pub(super) fn detect(bytes: &[u8]) -> (Encoding, &[u8]) {
    if let Some(rest) = bytes.strip_prefix(BOM) {
        return (Encoding::Utf8, rest);
    }
    let header = bytes.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
    let is_utf8 = std::str::from_utf8(bytes).is_ok() || (!header.is_ascii() && std::str::from_utf8(header).is_ok());
    (if is_utf8 { Encoding::Utf8 } else { Encoding::Cp932 }, bytes)
}

/// The bytes as text; none when they are no text in this encoding. Nothing is replaced silently.
pub(super) fn decode(encoding: Encoding, bytes: &[u8]) -> Option<Cow<'_, str>> {
    match encoding {
        Encoding::Utf8 => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
        Encoding::Cp932 => cp932::decode(bytes).ok().map(Cow::Owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_told_by_mark_then_validity_then_header() {
        let cases: [(&[u8], Encoding, &[u8]); 5] = [
            (b"\xef\xbb\xbfa", Encoding::Utf8, b"a"),
            ("会場".as_bytes(), Encoding::Utf8, "会場".as_bytes()),
            (b"\x89\xef\x8f\xea", Encoding::Cp932, b"\x89\xef\x8f\xea"),
            (b"\xe4\xbc\x9a\n\xff", Encoding::Utf8, b"\xe4\xbc\x9a\n\xff"),
            (b"code\n\x89\xef", Encoding::Cp932, b"code\n\x89\xef"),
        ];
        for (bytes, encoding, rest) in cases {
            assert_eq!(detect(bytes), (encoding, rest), "{bytes:x?}");
        }
    }

    #[test]
    fn windows_characters_are_read_and_broken_bytes_are_none() {
        assert_eq!(decode(Encoding::Cp932, b"\xfb\xfc\xfa\xb1\x87\x40").as_deref(), Some("髙﨑①"));
        assert_eq!(decode(Encoding::Cp932, b"\x89"), None);
        assert_eq!(decode(Encoding::Utf8, b"\xe4\xbc"), None);
    }
}
