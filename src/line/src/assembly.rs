//! A frame that is coming in, byte by byte: four bytes of length, big-endian, then the frame.

use crate::LineError;

/// No more than this is set aside ahead of what has come: whoever announces 2 MiB has not yet sent them.
const AHEAD: usize = 16 * 1024;

/// What has come of the next frame.
#[derive(Debug, Default)]
pub(crate) struct Assembly {
    /// Set once the four bytes are there.
    length: Option<usize>,
    bytes: Vec<u8>,
}

impl Assembly {
    /// Whether some of a frame has come, and not all of it.
    pub(crate) fn is_within(&self) -> bool {
        self.length.is_some() || !self.bytes.is_empty()
    }

    /// How many bytes may be read now, and where to; room is there for some of them.
    pub(crate) fn room(&mut self) -> (usize, &mut Vec<u8>) {
        let missing = self.length.unwrap_or(4).saturating_sub(self.bytes.len()).min(AHEAD);
        self.bytes.reserve(missing);
        (missing, &mut self.bytes)
    }

    /// The frame, if it is whole. To be asked after each reading.
    pub(crate) fn take(&mut self, max: usize) -> Result<Option<Vec<u8>>, LineError> {
        if self.length.is_none() {
            let Ok(head) = <[u8; 4]>::try_from(self.bytes.as_slice()) else { return Ok(None) };
            let length = usize::try_from(u32::from_be_bytes(head)).unwrap_or(usize::MAX);
            if length > max {
                return Err(LineError::TooLong { length, max });
            }
            self.length = Some(length);
            self.bytes = Vec::new();
        }
        if self.length != Some(self.bytes.len()) {
            return Ok(None);
        }
        self.length = None;
        Ok(Some(std::mem::take(&mut self.bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds at most `step` bytes at a time, as a socket would.
    fn feed(assembly: &mut Assembly, mut bytes: &[u8], step: usize, max: usize) -> Vec<Vec<u8>> {
        let mut frames = Vec::new();
        while !bytes.is_empty() {
            let (missing, into) = assembly.room();
            let (now, later) = bytes.split_at(missing.min(step).min(bytes.len()));
            into.extend_from_slice(now);
            bytes = later;
            frames.extend(assembly.take(max).unwrap());
        }
        frames
    }

    #[test]
    fn frames_come_out_as_they_went_in_however_they_are_cut() {
        let frames = [vec![], vec![1], vec![2; 300], vec![3; 40_000], vec![]];
        let mut wire = Vec::new();
        for frame in &frames {
            wire.extend(u32::try_from(frame.len()).unwrap().to_be_bytes());
            wire.extend(frame);
        }
        for step in [1, 2, 3, 5, 4096, usize::MAX] {
            let mut assembly = Assembly::default();
            assert_eq!(feed(&mut assembly, &wire, step, 40_000), frames);
            assert!(!assembly.is_within());
        }
    }

    #[test]
    fn an_announcement_sets_little_memory_aside() {
        let mut assembly = Assembly::default();
        feed(&mut assembly, &2_000_000u32.to_be_bytes(), 4, 2_000_000);
        assert!(assembly.room().1.capacity() <= AHEAD);
        feed(&mut assembly, &vec![0; 100_000], 1000, 2_000_000);
        assert!(assembly.room().1.capacity() <= 2 * 100_000 + AHEAD);
    }

    #[test]
    fn a_frame_over_the_limit_is_refused_by_its_length_alone() {
        let mut assembly = Assembly::default();
        assembly.room().1.extend(101u32.to_be_bytes());
        assert!(matches!(assembly.take(100), Err(LineError::TooLong { length: 101, max: 100 })));
        let mut assembly = Assembly::default();
        assembly.room().1.extend(100u32.to_be_bytes());
        assert!(assembly.take(100).unwrap().is_none());
    }
}
