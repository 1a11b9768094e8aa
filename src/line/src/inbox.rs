//! What happened on all lines, in a fair order: a check-in from the next door does not wait behind a history that
//! somebody else sends.

use std::collections::VecDeque;

use tokio::sync::mpsc::Receiver;

use crate::Happened;

/// What waits here at most; beyond it the switchboard's queue fills, and with it the peers wait.
const WAITING: usize = 256;
/// Something that others went before so often goes next.
const PATIENCE: u32 = 32;
/// Frames of one line that are handed out together, and their bytes.
const FRAMES: usize = 8;
const BYTES: usize = 512 * 1024;

/// What is next.
#[derive(Debug)]
pub enum Next {
    /// Frames of one line, in their order: at least one.
    Frames {
        /// The line.
        line: u64,
        /// The frames.
        frames: Vec<Vec<u8>>,
    },
    /// Anything but a frame.
    Other(Happened),
}

/// A queue of what happened, from which the line with the fewest bytes waiting goes first. The order on each line stays.
#[derive(Debug)]
pub struct Inbox {
    happened: Receiver<Happened>,
    waiting: VecDeque<Happened>,
    /// How often others went before the one that waits longest.
    passed: u32,
}

impl Inbox {
    /// An inbox on a switchboard's queue.
    pub fn new(happened: Receiver<Happened>) -> Self {
        Self { happened, waiting: VecDeque::new(), passed: 0 }
    }

    /// What is next: `together` frames of one line at most. None when the switchboard has ended. Nothing is lost when this
    /// is given up while it waits.
    pub async fn next(&mut self, together: usize) -> Option<Next> {
        if self.waiting.is_empty() {
            let first = self.happened.recv().await?;
            self.waiting.push_back(first);
        }
        while self.waiting.len() < WAITING
            && let Ok(more) = self.happened.try_recv()
        {
            self.waiting.push_back(more);
        }
        let at = self.choose();
        self.passed = if at == 0 { 0 } else { self.passed.saturating_add(1) };
        match self.waiting.remove(at)? {
            Happened::Frame { line, bytes } => {
                Some(Next::Frames { line, frames: self.gather(line, bytes, together.min(FRAMES)) })
            }
            other => Some(Next::Other(other)),
        }
    }

    /// The first that happened on the line with the fewest bytes waiting. What is no frame is short.
    fn choose(&self) -> usize {
        if self.passed >= PATIENCE {
            return 0;
        }
        let mut lines: Vec<(Option<u64>, usize, usize)> = Vec::new();
        for (at, happened) in self.waiting.iter().enumerate() {
            let (line, bytes) = match happened {
                Happened::Frame { line, bytes } => (Some(*line), bytes.len()),
                Happened::Connected { line, .. } | Happened::Gone { line } => (Some(*line), 0),
                Happened::NotConnected { .. } => (None, 0),
            };
            match lines.iter_mut().find(|(other, ..)| *other == line) {
                Some((_, waiting, _)) => *waiting += bytes,
                None => lines.push((line, bytes, at)),
            }
        }
        lines.into_iter().min_by_key(|(_, bytes, at)| (*bytes, *at)).map_or(0, |(.., at)| at)
    }

    /// The frames of a line that follow the first, up to what is no frame.
    fn gather(&mut self, line: u64, first: Vec<u8>, together: usize) -> Vec<Vec<u8>> {
        let mut bytes = first.len();
        let mut frames = vec![first];
        let mut at = 0;
        while frames.len() < together {
            match self.waiting.get(at) {
                None => break,
                Some(Happened::Gone { line: other }) if *other == line => break,
                Some(Happened::Frame { line: other, bytes: next }) if *other == line => {
                    bytes += next.len();
                    if bytes > BYTES {
                        break;
                    }
                    if let Some(Happened::Frame { bytes, .. }) = self.waiting.remove(at) {
                        frames.push(bytes);
                    }
                }
                Some(_) => at += 1,
            }
        }
        frames
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc::channel;

    fn frame(line: u64, length: usize, mark: u8) -> Happened {
        Happened::Frame { line, bytes: vec![mark; length] }
    }

    /// Everything that comes out, as (line, marks); lines that are gone have no marks.
    async fn drained(happened: Vec<Happened>, together: usize) -> Vec<(u64, Vec<u8>)> {
        let (sender, receiver) = channel(1024);
        for one in happened {
            sender.send(one).await.unwrap();
        }
        drop(sender);
        let mut inbox = Inbox::new(receiver);
        let mut out = Vec::new();
        while let Some(next) = inbox.next(together).await {
            out.push(match next {
                Next::Frames { line, frames } => (line, frames.iter().map(|frame| frame[0]).collect()),
                Next::Other(Happened::Gone { line }) => (line, Vec::new()),
                Next::Other(other) => panic!("{other:?}"),
            });
        }
        out
    }

    #[tokio::test]
    async fn a_short_word_goes_before_another_lines_history_and_each_line_keeps_its_order() {
        let happened =
            vec![frame(1, 40_000, 1), frame(1, 40_000, 2), frame(2, 300, 3), frame(1, 40, 4), frame(2, 9, 5)];
        let alone = drained(happened, 1).await;
        assert_eq!(alone, [(2, vec![3]), (2, vec![5]), (1, vec![1]), (1, vec![2]), (1, vec![4])]);
    }

    #[tokio::test]
    async fn frames_of_a_line_come_together_but_not_beyond_its_end_or_the_bound() {
        let mut happened: Vec<Happened> = (0..10).map(|mark| frame(1, 10, mark)).collect();
        happened.insert(3, Happened::Gone { line: 2 });
        happened.push(Happened::Gone { line: 1 });
        let out = drained(happened, 100).await;
        assert_eq!(out, [(2, vec![]), (1, (0..8).collect()), (1, vec![8, 9]), (1, vec![])]);
        let out = drained(vec![frame(1, 300_000, 1), frame(1, 300_000, 2), frame(1, 1, 3)], 8).await;
        assert_eq!(out, [(1, vec![1]), (1, vec![2, 3])]);
    }

    #[tokio::test]
    async fn nobody_waits_for_ever() {
        let mut happened = vec![frame(1, 40_000, 1)];
        happened.extend((0..100).map(|_| frame(2, 30, 2)));
        let out = drained(happened, 1).await;
        assert!(out.iter().position(|(line, _)| *line == 1).unwrap() <= PATIENCE as usize);
    }
}
