//! The summit's day with all that can happen to it: a dispatch in three outlets, a story that goes on, a live blog, a text
//! in many scripts, an embargo. For the pictures of every screen.

use super::cache::{Cache, article, at, link, summit};
use crate::model::*;

/// What the live blog's number is in the cache.
pub const BLOG: i64 = 5;

/// The summit with everything in it.
pub fn day() -> Cache {
    let mut cache = summit();
    cache.grouped = true;
    cache.get(BLOG).posts = posts();
    let para = Block::paragraph;
    let mut scripts = article(
        13,
        "2025-08-16T09:59:00Z",
        "Scripts Weekly",
        "Many hands: العربية עברית 日本語 한국어 हिन्दी ไทย 👩‍👩‍👧 🇦🇹",
        vec![
            para("انتهت المحادثات في أنكوريج بعد نحو ثلاث ساعات، ولم يُعلن عن أي اتفاق (NATO) حتى مساء يوم الجمعة ٢٠٢٥."),
            para("השיחות באנקורג' הסתיימו אחרי כשלוש שעות, ולא הוכרז על הסכם (EU) עד ערב יום שישי."),
            para("会談は約三時間で終わり、共同会見が開かれた。「まだ終わっていないが、話し合いは続く」と関係者は述べた。"),
            para("회담은 약 세 시간 만에 끝났으며, 합의는 발표되지 않았다. 대표단은 금요일 저녁에 떠났다."),
            Block::Table {
                head: true,
                rows: [["Delegation", "Advisers", "Hours"], ["Washington", "2", "2:45"], ["Москва", "2", "2:45"]]
                    .iter()
                    .map(|row| row.iter().map(|cell| vec![Span::plain(cell)]).collect())
                    .collect(),
            },
            Block::Code {
                lines: vec![Clean::verbatim(
                    "if talks.fail() { retry(after: \"a while, and then some more of it, until everybody is tired\") }",
                )],
            },
            Block::Quote { blocks: vec![para("A flag 🇺🇸, a family 👩‍👩‍👧 and an accent e\u{301} stand in one line.")] },
        ],
    );
    scripts.item.byline = Some(Clean::line("By a desk of many hands"));
    cache.articles.push(scripts);
    let mut held = article(14, "2025-08-16T09:59:30Z", "The Ledger", "Report on the talks, for release tonight", vec![para("Secret.")]);
    held.item.embargo = Some(at("2025-08-16T20:00:00Z"));
    held.item.stage = Some(Stage::Urgent);
    cache.articles.push(held);
    cache
}

/// The same, with two more outlets that tell it live.
pub fn coverage() -> Cache {
    let mut cache = day();
    let covered = |n: usize, article, outlet, also: &[&str]| {
        let also = also.iter().map(|o| Clean::line(o)).collect();
        Covered { also, ..Covered::alone(ArticleId(article), Clean::line(outlet), posts().swap_remove(n)) }
    };
    let mut own = covered(0, BLOG, "ORF.at", &["Kyiv Courier", "The Ledger", "Standard"]);
    own.echoes = vec![Echo { article: ArticleId(21), post: Clean::line("c"), read: false }];
    let mut others = [covered(1, 21, "Kyiv Courier", &[]), covered(0, 22, "The Ledger", &[])];
    let texts = ["A helicopter has been seen over the base since noon.", "Oil fell by a dollar within minutes of the news."];
    for ((other, time), text) in others.iter_mut().zip(["2025-08-16T09:44:00Z", "2025-08-16T09:35:00Z"]).zip(texts) {
        let post = &mut other.posted.post;
        (post.id, post.time, post.title, post.body) = (Clean::line(time), Some(at(time)), None, vec![Block::paragraph(text)]);
    }
    let [helicopter, oil] = others;
    let blog = cache.get(BLOG);
    blog.item.body.truncate(1);
    blog.coverage = vec![
        own,
        helicopter,
        oil,
        covered(1, BLOG, "ORF.at", &["The Ledger"]),
        covered(2, BLOG, "ORF.at", &[]),
        covered(3, BLOG, "ORF.at", &[]),
    ];
    cache
}

fn posts() -> Vec<Posted> {
    let post = |id: i64, time: &str, title: &str, text: &str| Posted {
        post: LivePost {
            id: Clean::line(&id.to_string()),
            time: Some(at(&format!("2025-08-16T{time}:00Z"))),
            updated: None,
            title: (!title.is_empty()).then(|| Clean::line(title)),
            body: vec![Block::paragraph(text)],
            key_event: id == 2,
        },
        seen: at("2025-08-16T09:59:00Z"),
        read: id > 2,
        gone: None,
        edit: None,
    };
    let mut out = vec![
        post(1, "09:57", "", "The motorcades have left. Nobody has said a word to the cameras at the gate."),
        post(
            2,
            "09:31",
            "Talks are over",
            "After two hours and three quarters the doors opened, a good while before anybody had expected it.",
        ),
        post(3, "08:20", "", "The larger round and the lunch are said to have been called off."),
        post(4, "07:12", "Arrival", "Both planes are on the ground."),
    ];
    out[2].gone = Some(at("2025-08-16T09:40:00Z"));
    out[3].edit = Some(Box::new(Comparison {
        text: vec![Compared::Runs(vec![
            Run::Removed("One plane is".into()),
            Run::Added("Both planes are".into()),
            Run::Same("on the ground.".into()),
        ])],
        added: 3,
        removed: 3,
        ..Comparison::default()
    }));
    out
}

/// Puts the carriers of the summit's dispatch below its row, or out of the list.
pub fn group(rows: &mut Vec<Headline>, open: &[ArticleId]) {
    let members: Vec<Headline> = [12, 9, 7].iter().filter_map(|id| rows.iter().find(|r| r.id.0 == *id).cloned()).collect();
    let Some(lead) = rows.iter().position(|row| row.id.0 == 12) else { return };
    rows.retain(|row| !matches!(row.id.0, 9 | 7));
    let shown = open.contains(&ArticleId(12));
    rows[lead].group = Some(Box::new(Group {
        members: members.iter().map(|m| Member { id: m.id, dispatch: m.dispatch, read: m.read }).collect(),
        articles: 3,
        texts: 2,
        open: shown,
    }));
    if shown {
        let below = members.into_iter().map(|row| Headline { inside: true, outlets: 1, ..row });
        rows.splice(lead + 1..lead + 1, below);
    }
}

/// The summit as a story.
pub fn told(cache: &Cache, about: ArticleId) -> Told {
    let mut tellers: Vec<Teller> = cache
        .articles
        .iter()
        .filter(|a| matches!(a.id.0, 7..=12))
        .map(|a| {
            let mut headline = Cache::headline(a);
            headline.dispatch = matches!(a.id.0, 7 | 9).then_some(DispatchKey(1));
            let why = |how, share| Some(Why { how, share, with: ArticleId(12) });
            let mut versions = a.versions.clone();
            if let Some(last) = versions.last_mut().filter(|_| a.versions.len() > 1) {
                last.changes = vec![Revised::Headline];
            }
            Teller {
                stage: (a.id.0 == 8).then_some(Stage::Urgent),
                signals: if a.id.0 == 11 { vec![Signal::Correction] } else { Vec::new() },
                number: None,
                carries: if headline.dispatch.is_some() { why(How::Shared, 94) } else { None },
                tells: if a.id.0 < 12 { why(How::Alike, 61) } else { None },
                words: 120,
                versions,
                headline,
            }
        })
        .collect();
    tellers.sort_by_key(|t| (t.headline.time, t.headline.id));
    Told {
        about,
        story: Some(StoryId(1)),
        title: Clean::line("Gipfel in Anchorage"),
        seen: Some(Visit { at: at("2025-08-16T09:10:00Z"), last: ArticleId(9) }),
        tellers,
        more: true,
    }
}

/// An address for a picture.
pub fn photo() -> Block {
    Block::Picture {
        url: Some(link("https://pictures.example/plane.jpg")),
        alt: Clean::line("A plane"),
        caption: vec![Span::plain("A plane waits in the rain while somebody looks for the stairs")],
        credit: Some(Clean::line("Reuters/Ana Beispiel")),
    }
}
