//! Pictures, from the screen's wish to what it draws: fetched by the poller's rules or taken from the shelf, decoded and
//! encoded on the blocking pool, a few at a time. The screen says which it wants now; what it no longer wants is given up.
//!
//! | file | does |
//! |---|---|
//! | `canvas` | what this terminal can, and why |
//! | `listen` | the terminal's answers, apart from the reader's keys |
//! | `decode` | bytes → pixels, within limits |
//! | `draw` | pixels → cells |
//! | `shelf` | what is kept on disk |

pub mod canvas;
mod decode;
mod draw;
pub mod listen;
pub mod shelf;

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::task::{AbortHandle, spawn_blocking};

use super::Happened;
use crate::model::{Address, ArticleId, Clean, Is, Query, pictures};
use crate::poll::Tools;
use crate::store::Reader;
use crate::ui::picture::{Ready, Wanted};
use canvas::Canvas;
use draw::Sent;
use shelf::Shelf;

/// Pictures decoded at a time: each may take a quarter of a gigabyte for a moment.
const DECODERS: usize = 2;
/// A picture that takes longer to decode is given up.
const DECODING: Duration = Duration::from_secs(20);
/// Pictures kept of one saved article.
const KEPT_MAX: usize = 40;

/// A picture that came, with what the terminal must be sent first.
pub struct Made {
    ready: Ready,
    sent: Option<Sent>,
}

/// What is asked of the network and the disk for pictures.
#[derive(Clone)]
struct Hands {
    tools: Tools,
    shelf: Arc<Shelf>,
    decoders: Arc<Semaphore>,
}

/// All pictures of one session.
pub struct Pictures {
    hands: Hands,
    runtime: Handle,
    inbox: Sender<Happened>,
    canvas: Option<Canvas>,
    wanted: HashMap<Wanted, State>,
}

enum State {
    Coming(AbortHandle),
    Here(Option<Sent>),
}

impl Drop for State {
    fn drop(&mut self) {
        if let State::Coming(task) = self {
            task.abort();
        }
    }
}

impl Pictures {
    /// None yet, on a terminal of which nothing is known.
    pub(super) fn new(tools: Tools, runtime: Handle, inbox: Sender<Happened>) -> Self {
        let hands = Hands { shelf: Arc::new(Shelf::of(&tools.cache)), tools, decoders: Arc::new(Semaphore::new(DECODERS)) };
        Self { hands, runtime, inbox, canvas: None, wanted: HashMap::new() }
    }

    /// What the terminal can. What was made for another is of no use: gives what the terminal must be sent.
    pub fn on(&mut self, canvas: Option<Canvas>) -> String {
        self.canvas = canvas;
        self.want(Vec::new())
    }

    /// How it can.
    pub fn canvas(&self) -> Option<Canvas> {
        self.canvas
    }

    /// Fetches these and forgets all others; gives what the terminal must be sent.
    pub fn want(&mut self, wanted: Vec<Wanted>) -> String {
        let mut sent = String::new();
        self.wanted.retain(|w, state| {
            let stays = wanted.contains(w);
            if let (false, State::Here(Some(s))) = (stays, &*state) {
                sent.push_str(&draw::forget(s.id));
            }
            stays
        });
        let Some(canvas) = self.canvas else { return sent };
        for w in wanted {
            if self.wanted.contains_key(&w) {
                continue;
            }
            let (hands, inbox, asked) = (self.hands.clone(), self.inbox.clone(), w.clone());
            let task = self.runtime.spawn(async move {
                let result = hands.bring(&asked, canvas).await;
                let _ = inbox.send(Happened::Picture(asked, result));
            });
            self.wanted.insert(w, State::Coming(task.abort_handle()));
        }
        sent
    }

    /// A picture came: for the screen, and what the terminal must be sent before. `None` if it is no longer wanted.
    pub fn take(&mut self, wanted: &Wanted, result: Result<Made, Clean>) -> Option<(Result<Ready, Clean>, String)> {
        let state = self.wanted.get_mut(wanted)?;
        let (result, sent) = match result {
            Ok(Made { ready, sent }) => (Ok(ready), sent),
            Err(why) => (Err(why), None),
        };
        let data = sent.as_ref().map_or(String::new(), |s| s.data.clone());
        *state = State::Here(sent);
        Some((result, data))
    }

    /// All that the terminal was sent, for one that may have forgotten.
    pub fn again(&self) -> String {
        let here = |s: &State| if let State::Here(Some(sent)) = s { sent.data.clone() } else { String::new() };
        self.wanted.values().map(here).collect()
    }

    /// Fetches the pictures of articles that were saved, for when there is no network.
    pub fn keep(&self, ids: Vec<ArticleId>) {
        // Where none is ever shown, none is needed.
        if self.canvas.is_some() {
            let hands = self.hands.clone();
            self.runtime.spawn(async move { hands.keep(ids).await });
        }
    }
}

impl Hands {
    /// One picture, from the shelf or the network, made for the terminal.
    async fn bring(&self, wanted: &Wanted, canvas: Canvas) -> Result<Made, Clean> {
        let bytes = self.bytes(wanted.article, &wanted.address).await?;
        let gate = self.decoders.clone().acquire_owned().await;
        let room = (wanted.cols, wanted.rows);
        let making = spawn_blocking(move || {
            // Held until the work is done, also if nobody waits for it any more.
            let _gate = gate;
            let (image, pixels) = decode::decode(&bytes, canvas.cell, room)?;
            let id = (RandomState::new().hash_one(room) as u32) | 1;
            let (drawing, sent) = draw::draw(image, canvas, room, id).ok_or("it could not be drawn")?;
            Ok(Made { ready: Ready { drawn: Arc::new(drawing), pixels }, sent })
        });
        // A decoder that falls over a picture loses that picture and nothing else.
        match tokio::time::timeout(DECODING, making).await {
            Ok(Ok(made)) => made.map_err(|why: decode::Why| Clean::line(why)),
            Ok(Err(_)) => Err(Clean::line("it is damaged")),
            Err(_) => Err(Clean::line("it takes too long to read")),
        }
    }

    async fn bytes(&self, article: ArticleId, address: &Address) -> Result<Vec<u8>, Clean> {
        let (shelf, at) = (self.shelf.clone(), address.clone());
        if let Ok(Some(bytes)) = spawn_blocking(move || shelf.get(&at)).await {
            return Ok(bytes);
        }
        let bytes = self.tools.picture(article, address).await.map_err(|failure| Clean::line(&failure.what))?;
        let (shelf, at, cache, now) = (self.shelf.clone(), address.clone(), self.tools.cache.clone(), self.tools.clock.now());
        let put = spawn_blocking(move || {
            let kept = || {
                let mut kept = Vec::new();
                let reader = Reader::open(&cache).ok()?;
                let mut each = |article: crate::model::Article| {
                    kept.extend(of(&article));
                    true
                };
                reader.list(&Query::is(Is::Saved), None, true, now, &mut each).ok()?;
                Some(kept)
            };
            // A full disk costs the shelf, not the picture.
            let _ = shelf.put(&at, &bytes, kept);
            bytes
        });
        put.await.map_err(|_| Clean::line("it could not be kept"))
    }

    async fn keep(&self, ids: Vec<ArticleId>) {
        for id in ids {
            let cache = self.tools.cache.clone();
            let article = spawn_blocking(move || Reader::open(&cache).ok()?.article(id, None).ok()?).await;
            let Ok(Some(article)) = article else { continue };
            for address in of(&article).into_iter().take(KEPT_MAX) {
                if !self.shelf.has(&address) {
                    let _ = self.bytes(id, &address).await;
                }
            }
        }
    }
}

/// The pictures in an article's text, each once.
fn of(article: &crate::model::Article) -> Vec<Address> {
    let mut out = Vec::new();
    for address in std::iter::once(&article.item.body).chain(article.posts.iter().map(|p| &p.post.body)).flat_map(|blocks| pictures(blocks))
    {
        if address.is_polled() && !out.contains(address) {
            out.push(address.clone());
        }
        if out.len() >= 1000 {
            break;
        }
    }
    out
}
