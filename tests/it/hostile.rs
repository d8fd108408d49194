//! Nothing gets in: whatever feeds put into titles, names, addresses and texts, plain output carries nothing that a
//! terminal obeys; and what the program keeps is nobody else's to read.

use crate::support::home::Home;
use crate::support::server::{Reply, Server};
use std::collections::BTreeMap;

/// What terminals obey, and what makes a text look like another one.
const PAYLOADS: &[&str] = &[
    "\u{1b}]52;c;ZXZpbA==\u{7}",
    "\u{1b}]0;owned\u{7}",
    "\u{1b}]2;owned\u{1b}\\",
    "\u{1b}]8;;https://evil.example/\u{1b}\\click\u{1b}]8;;\u{1b}\\",
    "\u{1b}]9;note\u{7}",
    "\u{1b}]777;notify;a;b\u{7}",
    "\u{1b}]1337;File=name=eA==;inline=1:AAAA\u{7}",
    "\u{1b}[2J\u{1b}[H",
    "\u{1b}[?1049l",
    "\u{1b}[?1003h",
    "\u{1b}[6n\u{1b}[5n",
    "A\u{1b}[200000b",
    "\u{1b}P1;1|17/6c730d\u{1b}\\",
    "\u{1b}Pq#0;2;0;0;0~\u{1b}\\",
    "\u{1b}_Ga=T,f=100;AAAA\u{1b}\\",
    "\u{1b}c",
    "\u{1b}#8",
    "\u{e} lqk \u{f}",
    "\u{9b}31m",
    "\u{9d}52;c;ZXZpbA==\u{9c}",
    "\u{90}q~\u{9c}",
    "\u{7}\u{7}",
    "evil\u{8}\u{8}\u{8}\u{8}good",
    "evil text\rgood",
    "\u{b}\u{c}",
    "\u{7f}",
    "\u{5}",
    "safe\u{202e}gpj.exe",
    "a\u{2066}b\u{2067}c",
    "pay\u{200b}pal",
    "a\u{e0041}\u{e0042}\u{e007f}",
    "a\u{2028}b\u{2029}c\u{85}d",
];

/// A feed with one entry a payload, in all that is shown of it: as it is, and as character references.
fn feed(payloads: &[&str]) -> String {
    let reference = |p: &str| -> String {
        p.chars()
            .map(|c| match c {
                '&' => "&amp;".into(),
                '<' => "&lt;".into(),
                c if (c as u32) < 32 || (127..160).contains(&(c as u32)) => format!("&#{};", c as u32),
                c => c.to_string(),
            })
            .collect()
    };
    let items: String = payloads
        .iter()
        .enumerate()
        .map(|(n, p)| {
            let (r, page) = (reference(p), format!("https://news.example/{n}"));
            // Of its own, so that no two are one story.
            let own: String = (0..14).map(|i| format!("{:x} ", (n * 14 + i + 1).wrapping_mul(0x9e37_79b9_7f4a) >> 8)).collect();
            format!(
                "<item><guid>{n}</guid><title>entry{n:02} {own} {r} <![CDATA[{p}]]></title><link>{page}{r}</link>\
                 <dc:creator>by {r}</dc:creator><category>c{r}</category>\
                 <description>&lt;p&gt;text {own} {r} text&lt;/p&gt;&lt;p&gt;&lt;a href=\"{page}/{r}\"&gt;link {r}&lt;/a&gt;&lt;/p&gt; <![CDATA[{p}]]></description></item>"
            )
        })
        .collect();
    let name = reference(&payloads.concat());
    format!(
        "<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>Harbour {name}</title>{items}</channel></rss>"
    )
}

/// What a stream asks of a terminal, by kind: control characters, escape sequences without their figures, commands by
/// their number; each with how often.
fn kinds(raw: &[u8]) -> BTreeMap<String, usize> {
    let text = String::from_utf8_lossy(raw);
    let mut chars = text.chars().peekable();
    let mut out = BTreeMap::new();
    while let Some(c) = chars.next() {
        let kind = match c {
            '\u{1b}' => match chars.next() {
                Some('[') => {
                    let mut all = String::new();
                    let end = loop {
                        match chars.next() {
                            Some(c) if ('@'..='~').contains(&c) => break c,
                            Some(c) => all.push(c),
                            None => break ' ',
                        }
                    };
                    // A mode by its number; all else by what it does.
                    let figures = if matches!(end, 'h' | 'l') { all } else { all.chars().filter(|c| "?><=$ ".contains(*c)).collect() };
                    format!("CSI {figures}{end}")
                }
                Some(open @ (']' | 'P' | '_' | '^' | 'X')) => {
                    let mut all = String::new();
                    while let Some(c) = chars.next() {
                        if c == '\u{7}' || (c == '\u{1b}' && chars.next_if_eq(&'\\').is_some()) {
                            break;
                        }
                        all.push(c);
                    }
                    format!("{open} {}", all.split(';').next().unwrap_or_default())
                }
                other => format!("ESC {other:?}"),
            },
            c if c.is_control()
                || matches!(c, '\u{200b}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{e0000}'..='\u{e007f}') =>
            {
                format!("{:04x}", c as u32)
            }
            _ => continue,
        };
        *out.entry(kind).or_default() += 1;
    }
    out
}

async fn home(feed: String) -> (Server, Home) {
    let server = Server::start(move |_| Reply::ok(&feed).header("Content-Type", "application/rss+xml; charset=utf-8")).await;
    let home = Home::new();
    tokio::task::block_in_place(|| home.ok(&["add", "--full-text", "never", &server.url("/feed")]));
    (server, home)
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_output_is_plain() {
    let (_server, home) = home(feed(PAYLOADS)).await;
    tokio::task::block_in_place(|| {
        let first = home.json(&["list", "--limit", "1"]).remove(0)["id"].to_string();
        let commands: [&[&str]; 9] = [
            &["list"],
            &["list", "--json"],
            &["list", "--by", "story"],
            &["show", &first],
            &["show", &first, "--json"],
            &["search", "text"],
            &["search", "text", "--json"],
            &["feeds"],
            &["poll", "--all"],
        ];
        for args in commands {
            let ran = home.run(args);
            for (name, said) in [("stdout", &ran.out), ("stderr", &ran.err)] {
                let kinds: Vec<_> = kinds(said.as_bytes()).into_keys().filter(|kind| kind != "000a").collect();
                assert!(kinds.is_empty(), "{args:?} {name}: {kinds:?}");
            }
        }
    });
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_reads_what_the_program_writes() {
    use std::os::unix::fs::PermissionsExt;
    let (_server, home) = home(feed(&["plain"])).await;
    tokio::task::block_in_place(|| {
        home.ok(&["poll", "--all"]);
        let mut folders = vec![home.cache()];
        let mut files = 0;
        while let Some(folder) = folders.pop() {
            assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700, "{}", folder.display());
            for entry in std::fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files += 1;
                    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{}", path.display());
                }
            }
        }
        assert!(files >= 3, "cache, lock and a snapshot");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_cache_is_told_and_restored() {
    let (_server, home) = home(feed(&["plain"])).await;
    tokio::task::block_in_place(|| {
        let listed = home.ok(&["restore", "--list"]).out;
        assert!(listed.starts_with("2025-08-16  1 feed, 0 marks"), "{listed}");
        let file = home.cache().join("cache.db");
        for beside in ["cache.db-wal", "cache.db-shm"] {
            let _ = std::fs::remove_file(home.cache().join(beside));
        }
        std::fs::write(&file, "not a database ".repeat(999)).unwrap();
        for args in [&["list"][..], &["poll"], &["doctor"]] {
            let ran = home.run(args);
            let said = ran.out + &ran.err;
            assert!(
                ran.code == 1 && said.contains("The cache file is no database.") && said.contains("`wiredesk restore`"),
                "{args:?}: {said}"
            );
        }
        let restored = home.ok(&["restore"]).out;
        assert!(restored.contains("Brought back 1 feed") && restored.contains("damaged-2025-08-16"), "{restored}");
        assert_eq!(home.json(&["feeds"]).len(), 1);
        home.ok(&["poll", "--all"]);
        assert_eq!(home.json(&["list"]).len(), 1);
    });
}
