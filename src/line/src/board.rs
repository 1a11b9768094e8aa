//! A switchboard: all lines of one program behind one queue of what happens on them.
//!
//! Each line has a task of its own; whoever owns the board hears of frames in the order in which they came on a line, and
//! never waits for a peer that does not read.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc::{Receiver, Sender, UnboundedReceiver, UnboundedSender, channel, unbounded_channel};
use tokio::task::JoinSet;

use crate::{Limits, Line, LineError, LineKey, Listener, Traffic, dial, dial_any};

/// What happened may wait in this number; then readers wait, and with them the peers that send.
const QUEUE: usize = 256;

/// Something that happened.
#[derive(Debug)]
pub enum Happened {
    /// A line is up.
    Connected {
        /// Its number.
        line: u64,
        /// Whose key is at its other end.
        peer: [u8; 32],
        /// What this side called the attempt, where it dialled.
        dialled: Option<u64>,
        /// Counts its bytes.
        traffic: Arc<Traffic>,
    },
    /// An attempt led to no line.
    NotConnected {
        /// What this side called it.
        attempt: u64,
        /// Why.
        why: LineError,
    },
    /// A frame came.
    Frame {
        /// On which line.
        line: u64,
        /// The frame.
        bytes: Vec<u8>,
    },
    /// A line is gone.
    Gone {
        /// Which.
        line: u64,
    },
}

/// Where to dial.
#[derive(Clone, Debug)]
pub enum Place {
    /// `host:port`.
    Name(String),
    /// What a finder found.
    Found(Vec<SocketAddr>),
}

enum Command {
    Send(Vec<u8>),
    Close,
}

/// A line's number, and what it takes commands by.
type Arrived = (u64, UnboundedSender<Command>);

/// All lines of one program. Dropping it drops them.
#[derive(Debug)]
pub struct Switchboard {
    key: LineKey,
    limits: Limits,
    happened: Sender<Happened>,
    numbers: Arc<AtomicU64>,
    tasks: JoinSet<()>,
    lines: HashMap<u64, UnboundedSender<Command>>,
    /// Lines that came up and were not yet told of.
    arrived: (UnboundedSender<Arrived>, UnboundedReceiver<Arrived>),
}

impl Switchboard {
    /// A board for the owner of a key, and the queue of what happens on it.
    pub fn new(key: LineKey, limits: Limits) -> (Self, Receiver<Happened>) {
        let (happened, queue) = channel(QUEUE);
        let board = Self {
            key,
            limits,
            happened,
            numbers: Arc::default(),
            tasks: JoinSet::new(),
            lines: HashMap::new(),
            arrived: unbounded_channel(),
        };
        (board, queue)
    }

    /// Takes lines in at an address; port 0 is any free one. Answers where.
    ///
    /// # Errors
    /// When the address can't be had.
    pub async fn listen(&mut self, address: SocketAddr) -> Result<SocketAddr, LineError> {
        let mut listener = Listener::bind(address, &self.key, self.limits).await?;
        let local = listener.local_addr()?;
        let post = self.post();
        self.tasks.spawn(async move {
            let mut lines = JoinSet::new();
            loop {
                tokio::select! {
                    line = listener.accept() => {
                        lines.spawn(post.clone().run(line, None));
                    }
                    Some(_) = lines.join_next() => {}
                }
            }
        });
        Ok(local)
    }

    /// Dials. `attempt` comes back with what became of it; with `expected`, whoever has another key is refused.
    pub fn dial(&mut self, attempt: u64, place: Place, expected: Option<[u8; 32]>) {
        while self.tasks.try_join_next().is_some() {}
        let (key, limits, post) = (self.key.clone(), self.limits, self.post());
        self.tasks.spawn(async move {
            let dialled = match place {
                Place::Name(name) => dial(&name, &key, expected, limits).await,
                Place::Found(addresses) => dial_any(&addresses, &key, expected, limits).await,
            };
            match dialled {
                Ok(line) => post.run(line, Some(attempt)).await,
                Err(why) => post.tell(Happened::NotConnected { attempt, why }).await,
            }
        });
    }

    /// Sends a frame on a line; nothing where the line is gone.
    pub fn send(&mut self, line: u64, frame: Vec<u8>) {
        self.command(line, Command::Send(frame));
    }

    /// Closes a line, after what was sent.
    pub fn close(&mut self, line: u64) {
        self.command(line, Command::Close);
    }

    fn command(&mut self, line: u64, command: Command) {
        while let Ok((line, commands)) = self.arrived.1.try_recv() {
            self.lines.insert(line, commands);
        }
        if let Some(commands) = self.lines.get(&line)
            && commands.send(command).is_err()
        {
            self.lines.remove(&line);
        }
    }

    fn post(&self) -> Post {
        let (happened, numbers) = (self.happened.clone(), Arc::clone(&self.numbers));
        Post { happened, numbers, arrived: self.arrived.0.clone() }
    }
}

/// What a line's task needs.
#[derive(Clone)]
struct Post {
    happened: Sender<Happened>,
    numbers: Arc<AtomicU64>,
    arrived: UnboundedSender<Arrived>,
}

impl Post {
    async fn tell(&self, what: Happened) {
        // Nobody is left to tell when the board's owner has ended.
        let _ = self.happened.send(what).await;
    }

    /// A line's life.
    async fn run(self, line: Line, dialled: Option<u64>) {
        let number = self.numbers.fetch_add(1, Ordering::Relaxed) + 1;
        let (commands, queue) = unbounded_channel();
        // Before anybody hears of the line: whoever does may send on it.
        if self.arrived.send((number, commands)).is_err() {
            return;
        }
        let (peer, traffic) = (line.peer(), line.traffic());
        self.tell(Happened::Connected { line: number, peer, dialled, traffic }).await;
        self.carry(number, line, queue).await;
        self.tell(Happened::Gone { line: number }).await;
    }

    /// Both directions at once: a peer that does not read keeps nobody from reading.
    async fn carry(&self, number: u64, line: Line, queue: UnboundedReceiver<Command>) {
        let (mut sending, mut receiving) = line.split();
        let was_closed = {
            let send = send_all(&mut sending, queue);
            let receive = async {
                while let Ok(Some(bytes)) = receiving.recv().await {
                    self.tell(Happened::Frame { line: number, bytes }).await;
                }
            };
            tokio::select! {
                was_closed = send => was_closed,
                () = receive => false,
            }
        };
        if was_closed {
            sending.close(receiving).await;
        }
    }
}

/// Sends until the line is to be closed, or breaks. Answers whether it was closed.
async fn send_all(sending: &mut crate::Sending, mut queue: UnboundedReceiver<Command>) -> bool {
    loop {
        let mut frames = Vec::new();
        let mut closed = false;
        let mut next = queue.recv().await;
        while let Some(command) = next {
            match command {
                Command::Send(frame) => frames.push(frame),
                Command::Close => closed = true,
            }
            next = queue.try_recv().ok().filter(|_| !closed);
        }
        let ended = frames.is_empty();
        if !ended && sending.send(&frames).await.is_err() {
            return false;
        }
        if closed || ended {
            return true;
        }
    }
}
