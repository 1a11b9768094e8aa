//! The sync endpoint: one conversation for each WebSocket.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use uketsuke_domain::log::{Origin, Topic};
use uketsuke_domain::record::DocumentKind;
use uketsuke_domain::reference::Venue;
use uketsuke_sync::frame::{Frame, MAX_FRAME_BYTES, Refusal};
use uketsuke_sync::replica::{Performed, perform};
use uketsuke_sync::session::{Forward, Output, PeerSession};

use super::Shared;
use super::replica::Served;
use crate::centre::{Centre, fresh_key};
use crate::{clock, enrol, import};

/// How often the clock is told, and writes of other processes (an import) are looked for.
const TICK: Duration = Duration::from_millis(500);

pub(super) async fn endpoint(State(shared): State<Arc<Shared>>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.max_message_size(MAX_FRAME_BYTES).on_upgrade(async move |socket| {
        if let Err(why) = converse(socket, &shared).await {
            log::warn!("a conversation ended: {why:#}");
        }
    })
}

/// One conversation with its own connection to the database.
struct Conversation {
    served: Served,
    session: PeerSession,
}

async fn converse(mut socket: WebSocket, shared: &Shared) -> Result<()> {
    let mut commits = shared.commits.subscribe();
    let (mut conversation, first) = blocking(|| Conversation::begin(shared.open()?))?;
    let mut seen = 0;
    let mut outputs = first;
    let mut tick = tokio::time::interval(TICK);
    loop {
        let performed = blocking(|| conversation.perform(std::mem::take(&mut outputs)))?;
        if performed.ingested {
            shared.commits.send_modify(|count| *count += 1);
        }
        for frame in performed.send {
            socket.send(Message::Binary(frame.encode().into())).await?;
        }
        if let Some(why) = performed.close {
            log::info!("closing: {why}");
            return Ok(());
        }
        outputs = tokio::select! {
            message = socket.recv() => match message {
                None => return Ok(()),
                Some(message) => conversation.receive(&message?),
            },
            changed = commits.changed() => {
                changed.context("the server is stopping")?;
                blocking(|| conversation.tell())?
            }
            _ = tick.tick() => {
                let version = conversation.served.centre.store.data_version()?;
                let mut outputs = conversation.session.tick((clock::elapsed(), clock::now()));
                if std::mem::replace(&mut seen, version) != version {
                    outputs.extend(blocking(|| conversation.tell())?);
                }
                outputs
            }
        };
    }
}

/// Storage blocks; the runtime is told so.
fn blocking<T>(work: impl FnOnce() -> T) -> T {
    tokio::task::block_in_place(work)
}

impl Conversation {
    fn begin(centre: Centre) -> Result<(Self, Vec<Output>)> {
        let key = fresh_key()?;
        let nonce = key.first_chunk::<16>().copied().unwrap_or_default();
        let mut topics = vec![centre.municipality_topic()];
        let venues: Vec<Venue> = import::decode_all(&centre, DocumentKind::Venue)?;
        topics.extend(venues.iter().map(|venue| Topic::venue(centre.municipality, &venue.number)));
        let now = (clock::elapsed(), clock::now());
        let (session, outputs) = PeerSession::new(centre.identity.clone(), Forward::All, topics, nonce, now);
        Ok((Self { served: Served { centre, device: None }, session }, outputs))
    }

    fn receive(&mut self, message: &Message) -> Vec<Output> {
        let bytes = match message {
            Message::Binary(bytes) => bytes,
            Message::Text(_) => return self.session.refuse(Refusal::Misbehaviour),
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) => return Vec::new(),
        };
        match Frame::decode(bytes) {
            Ok(frame) => self.session.receive(frame, (clock::elapsed(), clock::now())),
            Err(why) => {
                log::warn!("a frame that can't be read: {why}");
                self.session.refuse(Refusal::Misbehaviour)
            }
        }
    }

    fn perform(&mut self, outputs: Vec<Output>) -> Result<Performed> {
        let mut performed = perform(&mut self.session, outputs, &mut self.served)?;
        if let Some((device, _)) = performed.authorise.take() {
            let outputs = self.authorise(&device)?;
            let more = perform(&mut self.session, outputs, &mut self.served)?;
            performed.send.extend(more.send);
            performed.close = performed.close.or(more.close);
        }
        Ok(performed)
    }

    /// A device has the municipality's topic and its venue's, and nothing else.
    fn authorise(&mut self, origin: &Origin) -> Result<Vec<Output>> {
        Ok(match import::device(&self.served.centre.store, origin)? {
            None => {
                log::warn!("{origin} is not enrolled");
                self.session.refuse(Refusal::NotEnrolled)
            }
            Some(device) => {
                log::info!("{} ({}) connects", device.name, device.station);
                let venue = Topic::venue(self.served.centre.municipality, &device.venue);
                self.served.device = Some((origin.key(), venue));
                let allowed: BTreeSet<Topic> = enrol::topics(&self.served.centre, &device).into_iter().collect();
                self.session.authorised(&allowed)
            }
        })
    }

    /// Something was committed elsewhere: tell how much is held now.
    fn tell(&mut self) -> Result<Vec<Output>> {
        let topics: Vec<Topic> = self.session.topics().cloned().collect();
        let mut outputs = Vec::new();
        for topic in topics {
            let vector = self.served.centre.store.vector(&topic)?;
            outputs.extend(self.session.holds(&topic, vector));
        }
        Ok(outputs)
    }
}
