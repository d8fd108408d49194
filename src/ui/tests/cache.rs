//! A cache in memory that answers as the real one does: lists as of a snapshot, windows, marks, undo.

use crate::model::*;
use jiff::Timestamp;

/// Articles in the order of their time, newest first, with the moment they came in.
#[derive(Clone, Debug, Default)]
pub struct Cache {
    pub articles: Vec<Article>,
    pub feeds: Vec<Feed>,
    pub picks: Vec<Clean>,
    undo: Vec<Step>,
    redo: Vec<Step>,
    pub asked: usize,
    pub rows_given: usize,
    /// The summit's first row stands for all that carry its dispatch, and there is a story to tell.
    pub grouped: bool,
    /// Feeds that were subscribed to.
    pub taken: usize,
}

/// What a step back restores.
#[derive(Clone, Debug)]
enum Step {
    Marks(Vec<(ArticleId, Marks)>),
    Feeds(Vec<Feed>),
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn link(text: &str) -> Address {
    text.parse().unwrap()
}

/// An agency's credit in a byline.
pub fn credit(name: &str, role: Role, slot: Slot, words: &str, confidence: f32) -> Credit {
    Credit {
        agency: AgencyId::new(name),
        name: Clean::line(name),
        role,
        slot,
        confidence,
        evidence: Evidence { words: Clean::line(words), place: Clean::line("page") },
    }
}

pub fn article(id: i64, time: &str, outlet: &str, title: &str, body: Vec<Block>) -> Article {
    let time = at(time);
    let item = Item {
        guid: Clean::line(&id.to_string()),
        url: Some(link(&format!(
            "https://{}.example/{id}",
            outlet.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_lowercase()
        ))),
        title: Clean::line(title),
        language: Some(Clean::line("en")),
        published: Some(time),
        body,
        complete: true,
        ..Item::default()
    };
    let words = 100;
    Article {
        id: ArticleId(id),
        feed: FeedId(1),
        feed_title: Clean::line(outlet),
        feed_address: Clean::line("https://feeds.example/all"),
        outlet: Clean::line(outlet),
        versions: vec![Version { number: 1, fetched: time, updated: None, title: item.title.clone(), words, changes: Vec::new() }],
        item,
        fetched: time,
        time,
        version: 1,
        posts: Vec::new(),
        coverage: Vec::new(),
        marks: Marks::default(),
        carriers: Vec::new(),
        dispatch: None,
        story: None,
        company: None,
        quotes: Vec::new(),
        carries: None,
        tells: None,
        pending: false,
    }
}

impl Cache {
    pub fn get(&mut self, id: i64) -> &mut Article {
        self.articles.iter_mut().find(|a| a.id == ArticleId(id)).unwrap()
    }

    pub fn headline(a: &Article) -> Headline {
        Headline {
            id: a.id,
            feed: a.feed,
            outlet: a.outlet.clone(),
            title: a.item.title.clone(),
            time: a.time,
            agencies: a
                .item
                .attribution
                .agencies()
                .iter()
                .map(|c| Agency { id: c.agency.clone(), name: c.name.clone(), press: c.role == Role::Press })
                .collect(),
            read: a.marks.read,
            saved: a.marks.saved,
            versions: a.versions.len() as u32,
            outlets: 1 + a.carriers.len() as u32,
            seen: a.marks.seen,
            status: a.item.status,
            stage: a.item.stage,
            nth: a.item.nth,
            signals: a.item.signals.clone(),
            embargo: a.item.embargo,
            live: a.item.live,
            language: a.item.language.clone(),
            dispatch: a.dispatch,
            group: None,
            inside: false,
        }
    }

    fn fits(a: &Article, query: &str) -> bool {
        query.replace(['(', ')'], " ").split_whitespace().all(|word| match word {
            "is:unread" => !a.marks.read,
            "is:saved" => a.marks.saved,
            "is:changed" => a.versions.len() > 1,
            word => {
                let (field, wanted) = word.split_once(':').unwrap_or(("", word));
                let wanted = wanted.trim_end_matches('*').to_lowercase();
                match field {
                    "agency" => a.item.attribution.agencies().iter().any(|c| c.agency.as_str() == wanted),
                    "feed" => a.feed_title.to_lowercase().contains(&wanted),
                    _ => a.item.title.to_lowercase().contains(&wanted) || plain_text(&a.item.body).to_lowercase().contains(&wanted),
                }
            }
        })
    }

    fn list(&self, query: &Query, as_of: Snapshot) -> Vec<&Article> {
        let query = query.to_string();
        let mut list: Vec<&Article> = self.articles.iter().filter(|a| a.id <= as_of.last && Self::fits(a, &query)).collect();
        list.sort_by_key(|a| std::cmp::Reverse((a.time, a.id)));
        list
    }

    pub fn answer(&mut self, question: &Question) -> Answer {
        self.asked += 1;
        match question {
            Question::Headlines { query, window } | Question::Rows { query, window, .. } => {
                let last = self.articles.iter().map(|a| a.id).max().unwrap_or(ArticleId(0));
                let as_of = window.as_of.unwrap_or(Snapshot { last, opened: at("2025-08-16T10:00:00Z") });
                let list = self.list(query, as_of);
                let here = match window.at {
                    At::Top => 0,
                    At::Bottom => list.len().saturating_sub(1),
                    At::Article(id) => list.iter().position(|a| a.id == id).unwrap_or(0),
                };
                let (from, to) = (here.saturating_sub(window.before), (here + window.after).min(list.len()));
                let mut rows: Vec<Headline> = list[from.min(to)..to].iter().map(|a| Self::headline(a)).collect();
                if let (true, Question::Rows { open, .. }) = (self.grouped, question) {
                    super::scene::group(&mut rows, open);
                }
                let (more_before, more_after) = (from > 0, to < list.len());
                let total = Count { n: list.len() as u64, more: false };
                drop(list);
                let text = query.to_string();
                let n = self.articles.iter().filter(|a| a.id > as_of.last && Self::fits(a, &text)).count() as u64;
                self.rows_given += rows.len();
                Answer::Headlines(Page { rows, more_before, more_after, as_of, total, waiting: Count { n, more: false }, regrouped: false })
            }
            Question::Article { id, version } => {
                let found = self.articles.iter().find(|a| a.id == *id).cloned().map(|mut a| {
                    a.version = version.unwrap_or(a.versions.len() as u32);
                    if a.version < a.versions.len() as u32 {
                        a.item.title = a.versions[a.version as usize - 1].title.clone();
                        a.item.body.truncate(1);
                    }
                    Box::new(a)
                });
                Answer::Article(found)
            }
            Question::NextUnread { query, as_of, from, backwards, .. } => {
                let list = self.list(query, *as_of);
                let here = from.and_then(|id| list.iter().position(|a| a.id == id)).unwrap_or(0);
                let next = match backwards {
                    true => list[..here].iter().rev().find(|a| !a.marks.read),
                    false => list[(here + 1).min(list.len())..].iter().find(|a| !a.marks.read),
                };
                Answer::NextUnread(next.map(|a| a.id))
            }
            Question::Told(id) => Answer::Told(self.grouped.then(|| Box::new(super::scene::told(self, *id)))),
            Question::Compare { id, old, new } => Answer::Compared(self.compare(id.0, *old, *new).map(Box::new)),
            Question::Desk => Answer::Desk(self.desk()),
            Question::Known => Answer::Known(Box::new(self.known())),
            Question::Feeds => Answer::Feeds(self.feeds.clone()),
        }
    }

    fn known(&self) -> Known {
        let mut tags = std::collections::BTreeMap::new();
        for tag in self.articles.iter().flat_map(|a| &a.marks.tags) {
            *tags.entry(tag.clone()).or_insert(0) += 1;
        }
        let saved = self.articles.iter().filter(|a| a.marks.saved);
        let saved = saved.map(|a| Kept { id: a.id, title: a.item.title.clone(), outlet: a.outlet.clone(), time: a.time }).collect();
        Known { stories: Vec::new(), tags: tags.into_iter().collect(), saved, picks: self.picks.clone() }
    }

    /// Whole titles and texts, one for the other: how finely they are compared is not the screen's business.
    fn compare(&mut self, id: i64, old: u32, new: u32) -> Option<Comparison> {
        let title = |n: u32, a: &Article| a.versions.iter().find(|v| v.number == n).map(|v| v.title.as_str().to_owned());
        let a = self.get(id);
        let (was, is) = (title(old, a)?, title(new, a)?);
        let runs = |was: String, is: String| if was == is { vec![Run::Same(is)] } else { vec![Run::Removed(was), Run::Added(is)] };
        Some(Comparison { title: runs(was, is), note: None, text: vec![Compared::Folded(3)], added: 4, removed: 2 })
    }

    fn desk(&self) -> Desk {
        let row = |label: &str, query: &str, kind| {
            let unread = self.articles.iter().filter(|a| !a.marks.read && Self::fits(a, query)).count() as u64;
            DeskRow { label: Clean::line(label), query: query.parse().unwrap(), unread: Count { n: unread, more: false }, kind }
        };
        let mut rows = vec![
            row("All", "", DeskKind::View),
            row("Unread", "is:unread", DeskKind::View),
            row("Saved", "is:saved", DeskKind::View),
            row("Changed", "is:changed", DeskKind::View),
        ];
        for feed in &self.feeds {
            let word = feed.title.split(' ').next().unwrap_or_default();
            rows.push(row(&feed.title, &format!("feed:{word}"), DeskKind::Feed(feed.id, feed.health.failure.is_some())));
        }
        if !self.articles.is_empty() {
            for name in ["APA", "AFP", "dpa", "Reuters"] {
                rows.push(row(name, &format!("agency:{}", name.to_lowercase()), DeskKind::Agency));
            }
        }
        Desk { rows }
    }

    fn marks(&mut self, ids: &[ArticleId], change: impl Fn(&mut Marks)) -> u64 {
        let mut before = Vec::new();
        for a in self.articles.iter_mut().filter(|a| ids.contains(&a.id)) {
            before.push((a.id, a.marks.clone()));
            change(&mut a.marks);
        }
        self.redo.clear();
        let n = before.len() as u64;
        self.undo.push(Step::Marks(before));
        n
    }

    pub fn apply(&mut self, change: &Change) -> Result<Applied, Clean> {
        let done = |label: String, count| Ok(Applied { label: Clean::line(&label), count, ..Applied::default() });
        match change {
            Change::Read { ids, read } => {
                let n = self.marks(ids, |m| m.read = *read);
                for id in ids.iter().filter(|_| *read) {
                    let a = self.get(id.0);
                    a.marks.seen = a.versions.len() as u32;
                }
                done(String::new(), n)
            }
            Change::Save { ids, saved } => {
                let n = self.marks(ids, |m| m.saved = *saved);
                done(String::new(), n)
            }
            Change::Tag { ids, tag, on } => {
                let n = self.marks(ids, |m| {
                    m.tags.retain(|t| t != tag);
                    if *on {
                        m.tags.push(tag.clone());
                    }
                });
                done(format!("tagged {tag}"), n)
            }
            Change::ReadAll { query, as_of } => {
                let ids: Vec<ArticleId> = self.list(query, *as_of).iter().filter(|a| !a.marks.read).map(|a| a.id).collect();
                let n = self.marks(&ids, |m| m.read = true);
                done(format!("marked {n} articles read"), n)
            }
            Change::Position { id, position } => {
                self.get(id.0).marks.position = *position;
                done(String::new(), 1)
            }
            Change::Seen { id, version } => {
                self.get(id.0).marks.seen = *version;
                done(String::new(), 1)
            }
            Change::Unsubscribe(id) => {
                self.undo.push(Step::Feeds(self.feeds.clone()));
                self.feeds.retain(|f| f.id != *id);
                done("unsubscribed".into(), 1)
            }
            Change::EditFeed { feed, address, settings } => {
                self.undo.push(Step::Feeds(self.feeds.clone()));
                let found = self.feeds.iter_mut().find(|f| f.id == *feed).ok_or_else(|| Clean::line("no such feed"))?;
                found.address = address.clone().unwrap_or(found.address.clone());
                found.settings = settings.clone().unwrap_or(found.settings.clone());
                done("changed".into(), 1)
            }
            Change::Note { id, note } => {
                let n = self.marks(&[*id], |m| m.note = note.clone());
                done("wrote a note".into(), n)
            }
            Change::Highlight { id, marks, on } => {
                let n = self.marks(&[*id], |m| {
                    m.highlights.retain(|kept| !marks.contains(kept));
                    if *on {
                        m.highlights.extend(marks.clone());
                    }
                });
                done(if *on { "highlighted" } else { "no longer highlighted" }.into(), n)
            }
            Change::Picked(what) => {
                self.picks.retain(|p| p != what);
                self.picks.insert(0, what.clone());
                done(String::new(), 1)
            }
            Change::Import { .. } => {
                self.taken += 1;
                done("subscribed".into(), 1)
            }
            Change::Undo => self.swing(true),
            Change::Redo => self.swing(false),
            _ => done(String::new(), 0),
        }
    }

    fn swing(&mut self, undo: bool) -> Result<Applied, Clean> {
        let Some(step) = (if undo { self.undo.pop() } else { self.redo.pop() }) else {
            return Err(Clean::line(if undo { "nothing to undo" } else { "nothing to do again" }));
        };
        let (back, n) = match step {
            Step::Marks(step) => {
                let back: Vec<_> = step.into_iter().map(|(id, marks)| (id, std::mem::replace(&mut self.get(id.0).marks, marks))).collect();
                let n = back.len();
                (Step::Marks(back), n)
            }
            Step::Feeds(feeds) => (Step::Feeds(std::mem::replace(&mut self.feeds, feeds)), 1),
        };
        if undo { &mut self.redo } else { &mut self.undo }.push(back);
        Ok(Applied {
            label: Clean::line(&format!("{} {n} marks", if undo { "took back" } else { "did again" })),
            count: n as u64,
            ..Applied::default()
        })
    }
}

fn feed(id: i64, title: &str) -> Feed {
    Feed {
        id: FeedId(id),
        address: link(&format!("https://feeds.example/{id}")),
        title: Clean::line(title),
        site: None,
        language: None,
        settings: FeedSettings::default(),
        health: Health {
            checked: Some(at("2025-08-16T09:50:00Z")),
            succeeded: Some(at("2025-08-16T09:50:00Z")),
            next: Some(at("2025-08-16T10:20:00Z")),
            why_next: Some(Clean::line("it changes about twice an hour")),
            ..Health::default()
        },
        asks: Asks::default(),
        articles: 40,
        unread: 12,
    }
}

/// A summit's day, in our own words.
pub fn summit() -> Cache {
    let mut cache = Cache::default();
    let para = Block::paragraph;
    let mut lead = article(
        12,
        "2025-08-16T09:58:00Z",
        "ORF.at",
        "Gipfel in Anchorage: Pressekonferenz nach drei Stunden Gespräch angekündigt",
        vec![
            para(
                "Die beiden Delegationen haben ihr Gespräch nach knapp drei Stunden beendet. Eine gemeinsame Pressekonferenz wurde für den Abend angekündigt, Fragen waren zunächst nicht vorgesehen.",
            ),
            Block::Heading { level: 2, spans: vec![Span::plain("Kein Wort über Ergebnisse")] },
            Block::Paragraph {
                spans: vec![
                    Span::plain("Aus beiden Delegationen hieß es übereinstimmend, man habe „gründlich“ gesprochen. Eine "),
                    Span { link: Some(link("https://orf.example/chronik")), ..Span::plain("Chronik des Tages") },
                    Span::plain(" zeigt, wie oft sich der Zeitplan verschob."),
                ],
            },
            Block::Quote { blocks: vec![para("Wir sind noch nicht fertig, aber wir reden.")] },
            Block::List {
                ordered: false,
                start: 1,
                items: vec![vec![para("Beginn kurz nach elf Uhr Ortszeit")], vec![para("Zwei Berater auf jeder Seite")]],
            },
            para(
                "Beobachter hatten mit einer längeren Runde gerechnet. Das Essen im größeren Kreis entfiel, die Maschinen wurden früher als geplant betankt.",
            ),
            para(
                "In Kiew reagierte man zurückhaltend. Man werde sich äußern, wenn man aus erster Hand wisse, was besprochen wurde, sagte eine Sprecherin.",
            ),
            para("Für die Nacht sind weitere Telefonate angesetzt, unter anderem mit mehreren europäischen Hauptstädten."),
        ],
    );
    lead.item.language = Some(Clean::line("de"));
    lead.item.byline = Some(Clean::line("Von: APA/AFP/Reuters/dpa"));
    lead.item.attribution.credits =
        ["APA", "AFP", "Reuters", "dpa"].map(|n| credit(n, Role::Text, Slot::Byline, "Von: APA/AFP/Reuters/dpa", 0.97)).to_vec();
    lead.item.attribution.credits.push(credit("Reuters", Role::Photo, Slot::Caption, "Reuters/Ana Beispiel", 0.9));
    lead.item.attribution.credits.push(credit("AFP", Role::Mention, Slot::Prose, "laut AFP", 0.6));
    lead.item.attribution.usage = Usage::Compiled;
    lead.item.attribution.desk_edit = true;
    lead.item.attribution.persons = vec![Clean::line("Mia Muster")];
    lead.versions = vec![
        Version {
            number: 1,
            fetched: at("2025-08-16T09:21:00Z"),
            updated: None,
            title: Clean::line("Gipfel in Anchorage beendet"),
            words: 84,
            changes: Vec::new(),
        },
        Version {
            number: 2,
            fetched: at("2025-08-16T09:40:00Z"),
            updated: None,
            title: Clean::line("Gipfel in Anchorage beendet"),
            words: 131,
            changes: Vec::new(),
        },
        Version {
            number: 3,
            fetched: at("2025-08-16T09:58:00Z"),
            updated: None,
            title: lead.item.title.clone(),
            words: 162,
            changes: Vec::new(),
        },
    ];
    lead.version = 3;
    let dpa = vec![Agency { id: AgencyId::new("dpa"), name: Clean::line("dpa"), press: false }];
    lead.carriers = vec![
        Carrier {
            number: None,
            words: 100,
            id: ArticleId(9),
            outlet: Clean::line("tagesschau.de"),
            title: Clean::line("Gespräch in Anchorage zu Ende"),
            agencies: dpa.clone(),
            shared: 0.94,
        },
        Carrier {
            number: None,
            words: 100,
            id: ArticleId(7),
            outlet: Clean::line("Nordkurier"),
            title: Clean::line("Anchorage: Ende ohne Worte"),
            agencies: dpa,
            shared: 0.61,
        },
    ];
    cache.articles.push(lead);
    let rows: [(i64, &str, &str, &str, &str, bool); 11] = [
        (11, "09:40", "The Ledger", "Talks in Anchorage end after nearly three hours, no deal announced", "Reuters", false),
        (10, "09:21", "Kyiv Courier", "Kyiv waits for a call: what Ukraine wants to hear tonight", "", true),
        (9, "09:05", "tagesschau.de", "Gespräch in Anchorage zu Ende", "dpa", false),
        (8, "08:44", "Standard", "Europas Staatschefs stimmen sich ab", "APA dpa", false),
        (7, "08:30", "Nordkurier", "Anchorage: Ende ohne Worte", "dpa", true),
        (6, "07:58", "The Ledger", "Markets calm as leaders meet; oil eases", "Reuters", true),
        (5, "07:12", "ORF.at", "Live: Der Gipfeltag im Protokoll", "", false),
        (4, "06:40", "Asahi View", "首脳会談 アンカレジで三時間、共同会見へ", "Kyodo", false),
        (3, "05:55", "Standard", "Alaska", "APA", true),
        (2, "04:10", "Kyiv Courier", "Night of alarms before the talks", "", true),
        (
            1,
            "02:02",
            "The Ledger",
            "Why Anchorage: a short history of summits in cold places, and of what came of them afterwards",
            "AP",
            true,
        ),
    ];
    for (id, time, outlet, title, agencies, read) in rows {
        let body = (1..=6).map(|n| para(&format!("Paragraph {n} of a made-up report. It says in some words what the headline said in few, and then it says a little more, so that lines wrap and pages turn."))).collect();
        let mut a = article(id, &format!("2025-08-16T{time}:00Z"), outlet, title, body);
        a.marks.read = read;
        a.item.attribution.credits =
            agencies.split_whitespace().map(|n| credit(n, Role::Text, Slot::Dateline, &format!("ANCHORAGE ({n}) -"), 0.99)).collect();
        a.item.live = id == 5;
        if id == 3 {
            a.item.status = Status::Canceled;
        }
        if id == 10 {
            a.marks.saved = true;
        }
        if id == 1 {
            a.time = at("2025-08-15T20:02:00Z");
        }
        cache.articles.push(a);
    }
    cache.feeds = vec![feed(1, "ORF.at"), feed(2, "The Ledger"), feed(3, "Kyiv Courier"), feed(4, "Standard")];
    cache.feeds[2].health.failure =
        Some(Failure::new(FailureKind::Timeout, "The server took longer than 30 seconds.", "It is asked again at 12:30."));
    cache.feeds[2].health.failures = 3;
    let flawed = &mut cache.feeds[0];
    flawed.health.warnings = vec![Clean::line("The document breaks off before its end.")];
    flawed.health.per_day = Some(31.0);
    flawed.asks = Asks { max_age: Some(600), hints: Hints { interval: Some(3600), ..Hints::default() }, ..Asks::default() };
    flawed.settings.folder = Some(Clean::line("World/Alps"));
    flawed.settings.interval = Some(1800);
    flawed.settings.user = Some("me".into());
    flawed.settings.password = Some(PasswordFrom::Command("pass show news/standard".into()));
    flawed.settings.headers = vec![("X-Client".into(), "tell nobody".into())];
    cache
}

/// A long list of short articles.
pub fn many(n: i64) -> Cache {
    let start = at("2025-08-01T00:00:00Z").as_second();
    let mut cache = Cache { feeds: vec![feed(1, "ORF.at")], ..Cache::default() };
    for id in 1..=n {
        let time = Timestamp::from_second(start + id * 60).unwrap().to_string();
        let mut a = article(id, &time, "The Ledger", &format!("Headline number {id}"), vec![Block::paragraph("A text.")]);
        a.marks.read = id % 7 != 0;
        cache.articles.push(a);
    }
    cache
}
