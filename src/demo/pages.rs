//! The outlets' pages: an article among all that stands around one on a real page (consent, navigation, newsletter,
//! related, most read), with JSON-LD; live blogs; front pages; the page of what was withdrawn.

use serde_json::{Value, json};
use std::fmt::Write;

use super::feeds::{RFC3339, authors, media};
use super::markup::{self, Markup, escape};
use super::replay::{Scene, Stand};
use super::script::{LiveForm, Outlet};

const MONTHS: [&str; 12] =
    ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"];
const DAYS: [&str; 7] = ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"];

/// An article's page; `others` are the outlet's other articles, oldest first.
pub(super) fn article(stand: &Stand<'_>, others: &[Stand<'_>], scene: &Scene) -> String {
    let (outlet, copy, around) = (stand.outlet, stand.copy, &stand.outlet.around);
    let media = media(outlet, scene);
    let mut out = head(outlet, stand.title, scene, Some(stand));
    let _ = write!(out, "<main>\n<article class=\"story\" lang=\"{}\">\n<header>", outlet.lang);
    if !copy.kicker.is_empty() {
        let _ = write!(out, "<p class=\"kicker\">{}</p>", escape(&copy.kicker));
    }
    let _ = writeln!(out, "<h1>{}</h1>", escape(stand.title));
    if !copy.teaser.is_empty() {
        let _ = writeln!(out, "<p class=\"lead\">{}</p>", escape(&copy.teaser));
    }
    if !copy.byline.is_empty() {
        let _ = writeln!(out, "<p class=\"byline\">{}</p>", escape(&copy.byline));
    }
    out.push_str(&times(stand, scene));
    let _ = writeln!(out, "</header>\n<div class=\"share\"><a href=\"#\">{}</a></div>", escape(&around.share));
    if let Some(picture) = stand.picture() {
        markup::html(&picture, &scene.base, &media, &mut out);
    }
    out.push_str("<div class=\"article-body\">\n");
    let blocks = stand.blocks();
    for (i, block) in blocks.iter().enumerate() {
        markup::html(block, &scene.base, &media, &mut out);
        if i == 2 && blocks.len() > 4 {
            out.push_str(&box_of(&around.related, others, scene));
        }
        if i == 5 && blocks.len() > 7 {
            let _ = writeln!(
                out,
                "<aside class=\"newsletter-box\"><p>{}</p><form action=\"#\"><input type=\"email\" placeholder=\"E-Mail\">\
                 <button>OK</button></form></aside>",
                escape(&around.newsletter)
            );
        }
    }
    if stand.text.live.is_some() {
        posts(stand, scene, &mut out);
    }
    out.push_str("</div>\n<ul class=\"tags\">");
    for word in &stand.text.keywords {
        let _ = write!(out, "<li><a href=\"#\">{}</a></li>", escape(word));
    }
    let _ = write!(out, "</ul>\n</article>\n</main>\n<aside class=\"sidebar popular\"><h3>{}</h3><ol>", escape(&around.popular));
    for other in others.iter().rev().take(5) {
        let _ = write!(out, "<li><a href=\"{}\">{}</a></li>", other.url(scene), escape(other.title));
    }
    out.push_str("</ol></aside>\n");
    if outlet.noisy {
        let reads = 1200 + scene.at.duration_since(stand.published).as_secs() / 7;
        let _ = writeln!(out, "<p class=\"counter\">{reads} reads</p>");
    }
    foot(outlet, &mut out);
    out
}

fn times(stand: &Stand<'_>, scene: &Scene) -> String {
    let outlet = stand.outlet;
    let stamp = |t| scene.pace.stamp(t);
    let (clock, updated) = if outlet.german() { ("%d.%m.%Y, %H:%M Uhr", "Aktualisiert") } else { ("%B %-d, %Y %-I:%M %p", "Updated") };
    let time = |t, class| {
        let (exact, shown) = (outlet.time(stamp(t), RFC3339), outlet.time(stamp(t), clock));
        format!("<time class=\"{class}\" datetime=\"{exact}\">{shown}</time>")
    };
    let mut out = format!("<p class=\"dates\">{}", time(stand.published, "published"));
    if stand.modified > stand.published {
        let _ = write!(out, " · {updated} {}", time(stand.modified, "updated"));
    }
    out + "</p>\n"
}

fn box_of(title: &str, others: &[Stand<'_>], scene: &Scene) -> String {
    let mut out = format!("<aside class=\"related-box\"><h3>{}</h3><ul>", escape(title));
    for other in others.iter().rev().skip(1).take(3) {
        let _ = write!(out, "<li><a href=\"{}\">{}</a></li>", other.url(scene), escape(other.title));
    }
    out + "</ul></aside>\n"
}

fn posts(stand: &Stand<'_>, scene: &Scene, out: &mut String) {
    let outlet = stand.outlet;
    let media = media(outlet, scene);
    let local = |t, pattern| outlet.time(scene.pace.stamp(t), pattern);
    let mut day = String::new();
    for (post, blocks) in stand.posts() {
        let today = local(post.at, "%Y-%m-%d");
        if stand.text.live == Some(LiveForm::Plus) {
            if today != day {
                let _ = writeln!(out, "<h2>{}</h2>", long_day(&today));
                day = today;
            }
            let _ = writeln!(out, "<p><strong>+++ {} {} +++</strong></p>", local(post.at, "%H:%M"), escape(&post.title));
        } else {
            let class = if post.key { "live-post key-event" } else { "live-post" };
            let (exact, shown) = (local(post.at, RFC3339), local(post.at, "%H:%M"));
            let _ = writeln!(
                out,
                "<section class=\"{class}\" id=\"{}\"><time datetime=\"{exact}\">{shown}</time><h3>{}</h3>",
                post_id(post.at),
                escape(&post.title)
            );
        }
        for block in blocks {
            markup::html(block, &scene.base, &media, out);
        }
        if stand.text.live == Some(LiveForm::Ld) {
            out.push_str("</section>\n");
        }
    }
}

/// `2025-08-16` → `Samstag, 16. August`.
fn long_day(day: &str) -> String {
    let Ok(date) = day.parse::<jiff::civil::Date>() else { return day.to_owned() };
    let month = MONTHS[usize::from(date.month().unsigned_abs().clamp(1, 12)) - 1];
    let weekday = DAYS[usize::from(date.weekday().to_monday_zero_offset().unsigned_abs()) % 7];
    format!("{weekday}, {}. {month}", date.day())
}

fn post_id(at: jiff::Timestamp) -> String {
    format!("post-{}", at.as_second() / 60)
}

fn json_ld(stand: &Stand<'_>, scene: &Scene) -> Value {
    let outlet = stand.outlet;
    let when = |t| outlet.time(scene.pace.stamp(t), RFC3339);
    let name = |a: &&str| {
        let kind = if a.contains(' ') { "Person" } else { "Organization" };
        json!({"@type": kind, "name": a})
    };
    let publisher = json!({"@type": "NewsMediaOrganization", "name": outlet.name, "url": format!("{}/{}/", scene.base, outlet.id)});
    let mut ld = json!({
        "@context": "https://schema.org",
        "@type": if stand.text.live == Some(LiveForm::Ld) { "LiveBlogPosting" } else { "NewsArticle" },
        "headline": stand.title,
        "description": stand.teaser(),
        "datePublished": when(stand.published),
        "dateModified": when(stand.modified),
        "inLanguage": outlet.lang,
        "articleSection": stand.copy.section,
        "keywords": stand.text.keywords,
        "author": authors(stand).iter().map(name).collect::<Vec<_>>(),
        "publisher": publisher,
        "mainEntityOfPage": {"@type": "WebPage", "@id": stand.url(scene)},
        "isAccessibleForFree": true,
    });
    if let Some(Markup::Picture { file, caption, credit, .. }) = stand.picture() {
        let url = format!("{}{file}", media(outlet, scene));
        ld["image"] = json!({"@type": "ImageObject", "url": url, "caption": caption, "creditText": credit, "width": 320, "height": 180});
    }
    if stand.text.live == Some(LiveForm::Ld) {
        ld["coverageStartTime"] = Value::from(when(stand.published));
        if let Some(ends) = stand.text.ends.filter(|_| !stand.running()) {
            ld["coverageEndTime"] = Value::from(when(ends));
        }
        let update = |(post, blocks): &(&super::script::Post, Vec<&Markup>)| {
            let words: Vec<_> = blocks.iter().map(|b| words(b)).filter(|w| !w.is_empty()).collect();
            json!({
                "@type": "BlogPosting",
                "@id": format!("{}#{}", stand.url(scene), post_id(post.at)),
                "url": format!("{}#{}", stand.url(scene), post_id(post.at)),
                "headline": post.title,
                "datePublished": when(post.at),
                "dateModified": when(stand.edited(post)),
                "articleBody": words.join("\n\n"),
            })
        };
        ld["liveBlogUpdate"] = Value::from(stand.posts().iter().map(update).collect::<Vec<_>>());
    }
    ld
}

fn words(block: &Markup) -> String {
    match block {
        Markup::Paragraph(t) | Markup::Heading(t) => markup::plain(t),
        Markup::Quote(lines) | Markup::List { items: lines, .. } => lines.iter().map(|l| markup::plain(l)).collect::<Vec<_>>().join("\n"),
        Markup::Table(_) | Markup::Picture { .. } => String::new(),
    }
}

fn head(outlet: &Outlet, title: &str, scene: &Scene, stand: Option<&Stand<'_>>) -> String {
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{} | {}</title>\n\
         <meta property=\"og:site_name\" content=\"{}\">\n<meta property=\"og:title\" content=\"{}\">\n\
         <link rel=\"alternate\" type=\"{}\" title=\"{}\" href=\"{}{}\">\n",
        outlet.lang,
        escape(title),
        escape(&outlet.name),
        escape(&outlet.name),
        escape(title),
        super::feeds::content_type(outlet.feed).split(';').next().unwrap_or_default(),
        escape(&outlet.name),
        scene.base,
        outlet.feed_path()
    );
    if let Some(stand) = stand {
        let url = stand.url(scene);
        let _ = write!(
            out,
            "<link rel=\"canonical\" href=\"{url}\">\n<meta property=\"og:type\" content=\"article\">\n\
             <meta property=\"og:url\" content=\"{url}\">\n<meta name=\"description\" content=\"{}\">\n",
            escape(&stand.teaser())
        );
        // No `</script>` can stand inside: `<` is escaped as JSON allows.
        let _ =
            writeln!(out, "<script type=\"application/ld+json\">{}</script>", json_ld(stand, scene).to_string().replace('<', "\\u003c"));
    }
    let _ = write!(
        out,
        "</head>\n<body>\n<div id=\"consent\" class=\"cookie-banner\"><p>{}</p><button>OK</button></div>\n\
         <header class=\"site-header\"><a class=\"logo\" href=\"/{}/\">{}</a>\n<nav><ul>",
        escape(&outlet.around.consent),
        outlet.id,
        escape(&outlet.name)
    );
    for section in &outlet.nav {
        let _ = write!(out, "<li><a href=\"/{}/\">{}</a></li>", outlet.id, escape(section));
    }
    out + "</ul></nav></header>\n"
}

fn foot(outlet: &Outlet, out: &mut String) {
    // Whoever lands here by a link shall not take it for news.
    let demo = if outlet.german() {
        "Vorführung von wiredesk: Diese Zeitung gibt es nicht, ihre Texte sind nachempfunden."
    } else {
        "A demonstration by wiredesk: this outlet does not exist, and its wording is invented."
    };
    let _ = write!(out, "<footer class=\"site-footer\"><p>{}</p><p>{demo}</p></footer>\n</body>\n</html>\n", escape(&outlet.around.footer));
}

/// An outlet's front page, which points to its feed; `stands` oldest first.
pub(super) fn front(outlet: &Outlet, stands: &[Stand<'_>], scene: &Scene) -> String {
    let mut out = head(outlet, &outlet.about, scene, None);
    let _ = writeln!(out, "<main><h1>{}</h1>", escape(&outlet.name));
    for stand in stands.iter().rev() {
        let _ = writeln!(out, "<div class=\"teaser\"><h2><a href=\"{}\">{}</a></h2></div>", stand.url(scene), escape(stand.title));
    }
    out.push_str("</main>\n");
    foot(outlet, &mut out);
    out
}

/// The page of an article that was withdrawn (410).
pub(super) fn gone(outlet: &Outlet) -> String {
    let words = if outlet.german() {
        "Dieser Artikel wurde zurückgezogen und steht nicht mehr zur Verfügung."
    } else {
        "This article has been withdrawn and is no longer available."
    };
    format!(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><title>410</title></head><body><p>{words}</p></body></html>\n",
        outlet.lang
    )
}
