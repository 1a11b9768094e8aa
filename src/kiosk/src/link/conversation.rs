//! One conversation with the centre over one WebSocket.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, Result};
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};
use uketsuke_domain::log::Topic;
use uketsuke_sync::frame::{Frame, MAX_FRAME_BYTES, Refusal};
use uketsuke_sync::replica::{Performed, perform};
use uketsuke_sync::session::{Closed, Forward, Output, PeerSession};

use super::replica::KioskReplica;
use super::{LinkConfig, Status};
use crate::clock;
use crate::driver::Input;

/// A connection that is not there after this long is given up.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How often the clock is told.
const TICK: Duration = Duration::from_millis(500);

/// How a conversation ended.
pub(super) enum Ended {
    /// The kiosk is ending.
    NobodyLeft,
    /// The line closed.
    Closed {
        /// Whether it had been open.
        reached: bool,
        /// Why.
        why: String,
    },
}

/// Whether somebody answered, and not as a centre does.
pub(super) fn is_nonsense(why: &anyhow::Error) -> bool {
    use tokio_tungstenite::tungstenite::Error;
    matches!(
        why.downcast_ref::<Error>(),
        Some(Error::Protocol(_) | Error::Http(_) | Error::HttpFormat(_) | Error::Utf8(_) | Error::Capacity(_))
    )
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

struct Conversation<'a> {
    config: &'a LinkConfig,
    session: PeerSession,
    replica: KioskReplica,
    status: &'a mut Status,
    deliver: &'a (dyn Fn(Input) + Send),
}

pub(super) async fn converse(
    config: &LinkConfig,
    status: &mut Status,
    deliver: &(dyn Fn(Input) + Send),
    committed: &mut UnboundedReceiver<()>,
) -> Result<Ended> {
    let limits =
        WebSocketConfig::default().max_message_size(Some(MAX_FRAME_BYTES)).max_frame_size(Some(MAX_FRAME_BYTES));
    let connect = connect_async_with_config(config.url.as_str(), Some(limits), true);
    let (socket, _) = tokio::time::timeout(CONNECT_TIMEOUT, connect).await.context("no answer")??;
    let store = config.keys.open(&config.folder)?;
    let mut nonce = [0; 16];
    getrandom::fill(&mut nonce).map_err(|why| anyhow::anyhow!("no randomness: {why}"))?;
    let now = (clock::elapsed(), clock::wall());
    let identity = config.keys.identity.clone();
    let (session, outputs) = PeerSession::new(identity, Forward::Own, config.topics.clone(), nonce, now);
    let replica = KioskReplica { store, roster_changed: false };
    Conversation { config, session, replica, status, deliver }.run(socket, outputs, committed).await
}

impl Conversation<'_> {
    async fn run(
        mut self,
        mut socket: Socket,
        mut outputs: Vec<Output>,
        committed: &mut UnboundedReceiver<()>,
    ) -> Result<Ended> {
        let mut tick = tokio::time::interval(TICK);
        loop {
            let performed = self.perform(std::mem::take(&mut outputs))?;
            for frame in &performed.send {
                socket.feed(Message::Binary(frame.encode().into())).await?;
            }
            socket.flush().await?;
            self.tell(&performed);
            if let Some(why) = performed.close {
                let is_refusal = matches!(why, Closed::RefusedBy(_) | Closed::Refused(_) | Closed::Blamed(_));
                // Who was refused knocks ever more slowly, even when the line had been open.
                let reached = self.status.was_open() && !is_refusal;
                if is_refusal {
                    self.status.refused(clock::wall());
                }
                return Ok(Ended::Closed { reached, why: why.to_string() });
            }
            outputs = tokio::select! {
                message = socket.next() => match message {
                    None => {
                        let reached = self.status.was_open();
                        return Ok(Ended::Closed { reached, why: "the centre hung up".to_owned() });
                    }
                    Some(message) => self.receive(&message?),
                },
                command = committed.recv() => {
                    if command.is_none() {
                        return Ok(Ended::NobodyLeft);
                    }
                    self.status.recount();
                    self.own_news()?
                }
                _ = tick.tick() => self.session.tick((clock::elapsed(), clock::wall())),
            };
        }
    }

    fn receive(&mut self, message: &Message) -> Vec<Output> {
        match message {
            Message::Binary(bytes) => match Frame::decode(bytes) {
                Ok(frame) => self.session.receive(frame, (clock::elapsed(), clock::wall())),
                Err(why) => {
                    log::warn!("the centre sent what can't be read: {why}");
                    self.session.refuse(Refusal::Misbehaviour)
                }
            },
            Message::Text(_) => self.session.refuse(Refusal::Misbehaviour),
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_) => Vec::new(),
        }
    }

    fn perform(&mut self, outputs: Vec<Output>) -> Result<Performed> {
        let mut performed = perform(&mut self.session, outputs, &mut self.replica)?;
        if let Some((device, _)) = performed.authorise.take() {
            // Only the centre that this kiosk was made for is the centre.
            let outputs = if device.key() == self.config.centre_key.0 {
                let wanted: BTreeSet<Topic> = self.config.topics.iter().cloned().collect();
                self.session.authorised(&wanted)
            } else {
                log::warn!("{device} is not the centre");
                self.session.refuse(Refusal::NotEnrolled)
            };
            let more = perform(&mut self.session, outputs, &mut self.replica)?;
            performed.send.extend(more.send);
            performed.close = performed.close.or(more.close);
        }
        Ok(performed)
    }

    /// Something was recorded here: tell, and send it.
    fn own_news(&mut self) -> Result<Vec<Output>> {
        let Some(topic) = self.config.topics.last() else { return Ok(Vec::new()) };
        let vector = self.replica.store.vector(topic)?;
        Ok(self.session.holds(topic, vector))
    }

    fn tell(&mut self, performed: &Performed) {
        let own = self.config.keys.identity.origin();
        let confirmed = self.config.topics.last().map_or(0, |topic| self.session.confirmed(topic, own));
        self.status.progress(self.session.progress(), confirmed, clock::wall());
        self.status.tell(self.deliver);
        if performed.ingested {
            let roster = std::mem::take(&mut self.replica.roster_changed);
            (self.deliver)(Input::TookIn { roster });
        }
    }
}
