//! The kernel's table of mounts, as proc(5) describes `/proc/self/mountinfo`.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

/// One line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mount {
    /// Where it is mounted.
    pub(super) at: PathBuf,
    /// What is mounted: a device (`/dev/sda1`), or a word of the file system's own.
    pub(super) source: PathBuf,
}

/// Reads the table. A line that can't be understood is left out.
pub(super) fn read_mounts(table: &[u8]) -> Vec<Mount> {
    table.split(|byte| *byte == b'\n').filter_map(read_line).collect()
}

/// `36 35 98:0 /root /mount/point rw,noatime shared:1 - ext3 /dev/root rw`: as many tags as there are before the dash.
fn read_line(line: &[u8]) -> Option<Mount> {
    let mut fields = line.split(|byte| *byte == b' ');
    let at = fields.nth(4)?;
    fields.find(|field| *field == b"-")?;
    let source = fields.nth(1)?;
    Some(Mount { at: unescape(at), source: unescape(source) })
}

/// Blanks and the like are written as a backslash and three octal digits.
fn unescape(mut field: &[u8]) -> PathBuf {
    let mut plain = Vec::with_capacity(field.len());
    while let Some((first, rest)) = field.split_first() {
        let code = rest.get(..3).filter(|_| *first == b'\\').and_then(octal);
        plain.push(code.unwrap_or(*first));
        field = if code.is_some() { rest.get(3..).unwrap_or_default() } else { rest };
    }
    OsString::from_vec(plain).into()
}

fn octal(digits: &[u8]) -> Option<u8> {
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok()
}

/// Whether a path lies one or two levels below a folder: `/media/STICK`, `/run/media/somebody/STICK`.
pub(super) fn is_under(path: &Path, folder: &Path) -> bool {
    path.strip_prefix(folder).is_ok_and(|below| (1..=2).contains(&below.components().count()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &[u8] = b"\
21 26 0:19 / /sys rw,nosuid shared:7 - sysfs sysfs rw
26 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw
90 26 8:17 / /media/pi/\xe9\x81\x8b\xe6\x90\xac\\040A rw,nosuid shared:55 master:2 - vfat /dev/sdb1 rw,uid=1000
91 26 8:33 / /mnt ro - vfat /dev/sdc1 ro
92 26 0:50 / /mnt/share rw shared:60 - nfs4 server:/export rw
cut short
";

    fn mount(at: &str, source: &str) -> Mount {
        Mount { at: at.into(), source: source.into() }
    }

    #[test]
    fn the_table_is_read_and_blanks_come_back() {
        let mounts = read_mounts(TABLE);
        assert_eq!(mounts.len(), 5, "{mounts:?}");
        assert_eq!(mounts[2], mount("/media/pi/運搬 A", "/dev/sdb1"));
        assert_eq!(mounts[3], mount("/mnt", "/dev/sdc1"), "a line without tags");
        assert_eq!(mounts[4], mount("/mnt/share", "server:/export"));
    }

    #[test]
    fn a_backslash_that_escapes_nothing_stays() {
        for (written, plain) in [("a\\134b", "a\\b"), ("a\\9b", "a\\9b"), ("a\\", "a\\"), ("\\777", "\\777")] {
            assert_eq!(unescape(written.as_bytes()), Path::new(plain));
        }
    }

    #[test]
    fn sticks_lie_one_or_two_levels_down() {
        let folder = Path::new("/media");
        let cases = [
            ("/media", false),
            ("/media/A", true),
            ("/media/pi/A", true),
            ("/media/pi/A/b", false),
            ("/mediaA", false),
        ];
        for (path, is_stick) in cases {
            assert_eq!(is_under(Path::new(path), folder), is_stick, "{path}");
        }
    }

    #[test]
    fn networks_and_memory_are_no_sticks() {
        let config = super::super::StickConfig::default();
        let found = read_mounts(TABLE).into_iter().filter(|mount| super::super::is_stick(mount, &config.folders));
        assert_eq!(found.map(|mount| mount.source).collect::<Vec<_>>(), [Path::new("/dev/sdb1")]);
    }
}
