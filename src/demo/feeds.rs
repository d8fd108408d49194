//! The outlets' feeds: RSS 2.0, Atom, JSON Feed and RSS 1.0, with full text or teasers.

use std::fmt::Write;

use super::markup::{self, Markup, escape};
use super::replay::{Scene, Stand};
use super::script::{Format, Outlet};

/// RFC 3339, as clocks at the outlet show it.
pub(super) const RFC3339: &str = "%Y-%m-%dT%H:%M:%S%:z";
/// RFC 822 as RSS wants it.
const RFC822: &str = "%a, %d %b %Y %H:%M:%S %z";

/// The media type of a feed.
pub(super) fn content_type(format: Format) -> &'static str {
    match format {
        Format::Rss => "application/rss+xml; charset=utf-8",
        Format::Atom => "application/atom+xml; charset=utf-8",
        Format::Json => "application/feed+json; charset=utf-8",
        Format::Rdf => "application/rdf+xml; charset=utf-8",
    }
}

/// Writes a feed; the articles come newest first.
pub(super) fn write(outlet: &Outlet, stands: &[Stand<'_>], scene: &Scene) -> String {
    match outlet.feed {
        Format::Rss => rss(outlet, stands, scene),
        Format::Atom => atom(outlet, stands, scene),
        Format::Json => json(outlet, stands, scene),
        Format::Rdf => rdf(outlet, stands, scene),
    }
}

/// The full text as the feed carries it; `None` where it carries a teaser only. A live blog's posts are on its page.
fn content(stand: &Stand<'_>, scene: &Scene) -> Option<String> {
    if stand.outlet.teaser || stand.text.live.is_some() {
        return None;
    }
    let media = media(stand.outlet, scene);
    let mut out = String::new();
    for block in stand.picture().iter().chain(&stand.blocks()) {
        markup::html(block, &scene.base, &media, &mut out);
    }
    Some(out)
}

/// What a picture's address begins with.
pub(super) fn media(outlet: &Outlet, scene: &Scene) -> String {
    format!("{}/{}/media/", scene.base, outlet.id)
}

fn home(outlet: &Outlet, scene: &Scene) -> String {
    format!("{}/{}/", scene.base, outlet.id)
}

/// Who wrote it, as metadata says it.
pub(super) fn authors<'a>(stand: &'a Stand<'_>) -> Vec<&'a str> {
    let copy = stand.copy;
    if !copy.author.is_empty() {
        return copy.author.iter().map(String::as_str).collect();
    }
    Some(copy.byline.as_str()).filter(|b| !b.is_empty()).into_iter().collect()
}

fn subjects<'a>(stand: &Stand<'a>) -> impl Iterator<Item = &'a String> {
    let section = &stand.copy.section;
    std::iter::once(section).chain(stand.text.keywords.iter().filter(move |k| *k != section))
}

fn rss(outlet: &Outlet, stands: &[Stand<'_>], scene: &Scene) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:media=\"http://search.yahoo.com/mrss/\" xmlns:atom=\"http://www.w3.org/2005/Atom\">\n<channel>\n",
    );
    let _ = write!(
        out,
        "<title>{}</title>\n<link>{}</link>\n<description>{}</description>\n<language>{}</language>\n\
         <atom:link href=\"{}{}\" rel=\"self\" type=\"application/rss+xml\"/>\n<ttl>1</ttl>\n",
        escape(&outlet.name),
        home(outlet, scene),
        escape(&outlet.about),
        outlet.lang,
        scene.base,
        outlet.feed_path()
    );
    for stand in stands {
        let when = |t, pattern| outlet.time(scene.pace.stamp(t), pattern);
        let _ = write!(
            out,
            "<item>\n<title>{}</title>\n<link>{}</link>\n<guid isPermaLink=\"false\">{}</guid>\n<pubDate>{}</pubDate>\n",
            escape(stand.title),
            stand.url(scene),
            stand.guid(),
            when(stand.published, RFC822)
        );
        if stand.modified > stand.published {
            let _ = writeln!(out, "<dcterms:modified>{}</dcterms:modified>", when(stand.modified, RFC3339));
        }
        for author in authors(stand) {
            let _ = writeln!(out, "<dc:creator>{}</dc:creator>", escape(author));
        }
        for word in subjects(stand) {
            let _ = writeln!(out, "<category>{}</category>", escape(word));
        }
        let _ = writeln!(out, "<description>{}</description>", escape(&stand.teaser()));
        if let Some(Markup::Picture { file, caption, credit, .. }) = stand.picture() {
            let _ = writeln!(
                out,
                "<media:content url=\"{}{file}\" type=\"image/png\" medium=\"image\" width=\"320\" height=\"180\">\
                 <media:description>{}</media:description><media:credit>{}</media:credit></media:content>",
                media(outlet, scene),
                escape(&caption),
                escape(&credit)
            );
        }
        if let Some(html) = content(stand, scene) {
            let _ = writeln!(out, "<content:encoded><![CDATA[{}]]></content:encoded>", html.replace("]]>", "]]&gt;"));
        }
        out.push_str("</item>\n");
    }
    out.push_str("</channel>\n</rss>\n");
    out
}

fn atom(outlet: &Outlet, stands: &[Stand<'_>], scene: &Scene) -> String {
    let when = |t| outlet.time(scene.pace.stamp(t), RFC3339);
    let updated = stands.iter().map(|s| s.modified).max().unwrap_or(super::DAWN);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    let _ = write!(
        out,
        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n<title>{}</title>\n<subtitle>{}</subtitle>\n\
         <link href=\"{}\"/>\n<link rel=\"self\" href=\"{}{}\"/>\n<id>tag:{}.example,2025:feed</id>\n<updated>{}</updated>\n",
        outlet.lang,
        escape(&outlet.name),
        escape(&outlet.about),
        home(outlet, scene),
        scene.base,
        outlet.feed_path(),
        outlet.id,
        when(updated)
    );
    for stand in stands {
        let _ = write!(
            out,
            "<entry>\n<title>{}</title>\n<link href=\"{}\"/>\n<id>{}</id>\n<published>{}</published>\n<updated>{}</updated>\n",
            escape(stand.title),
            stand.url(scene),
            stand.guid(),
            when(stand.published),
            when(stand.modified)
        );
        for author in authors(stand) {
            let _ = writeln!(out, "<author><name>{}</name></author>", escape(author));
        }
        for word in subjects(stand) {
            let _ = writeln!(out, "<category term=\"{}\"/>", escape(word));
        }
        let _ = writeln!(out, "<summary>{}</summary>", escape(&stand.teaser()));
        if let Some(html) = content(stand, scene) {
            let _ = writeln!(out, "<content type=\"html\">{}</content>", escape(&html));
        }
        out.push_str("</entry>\n");
    }
    out.push_str("</feed>\n");
    out
}

fn json(outlet: &Outlet, stands: &[Stand<'_>], scene: &Scene) -> String {
    use serde_json::{Value, json};
    let when = |t| outlet.time(scene.pace.stamp(t), RFC3339);
    let item = |stand: &Stand<'_>| {
        let mut item = json!({
            "id": stand.guid(),
            "url": stand.url(scene),
            "title": stand.title,
            "summary": stand.teaser(),
            "date_published": when(stand.published),
            "date_modified": when(stand.modified),
            "authors": authors(stand).iter().map(|a| json!({"name": a})).collect::<Vec<_>>(),
            "tags": subjects(stand).collect::<Vec<_>>(),
        });
        match content(stand, scene) {
            Some(html) => item["content_html"] = Value::from(html),
            None => item["content_text"] = Value::from(stand.teaser()),
        }
        if let Some(Markup::Picture { file, .. }) = stand.picture() {
            item["image"] = Value::from(format!("{}{file}", media(outlet, scene)));
        }
        item
    };
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "description": outlet.about,
        "language": outlet.lang,
        "home_page_url": home(outlet, scene),
        "feed_url": format!("{}{}", scene.base, outlet.feed_path()),
        "items": stands.iter().map(item).collect::<Vec<_>>(),
    });
    format!("{feed:#}\n")
}

fn rdf(outlet: &Outlet, stands: &[Stand<'_>], scene: &Scene) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" \
         xmlns=\"http://purl.org/rss/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:dcterms=\"http://purl.org/dc/terms/\">\n",
    );
    let home = home(outlet, scene);
    let _ = write!(
        out,
        "<channel rdf:about=\"{home}\">\n<title>{}</title>\n<link>{home}</link>\n<description>{}</description>\n\
         <dc:language>{}</dc:language>\n<items><rdf:Seq>",
        escape(&outlet.name),
        escape(&outlet.about),
        outlet.lang
    );
    for stand in stands {
        let _ = write!(out, "<rdf:li rdf:resource=\"{}\"/>", stand.url(scene));
    }
    out.push_str("</rdf:Seq></items>\n</channel>\n");
    for stand in stands {
        let when = |t| outlet.time(scene.pace.stamp(t), RFC3339);
        let url = stand.url(scene);
        let _ = write!(
            out,
            "<item rdf:about=\"{url}\">\n<title>{}</title>\n<link>{url}</link>\n<description>{}</description>\n\
             <dc:identifier>{}</dc:identifier>\n<dc:date>{}</dc:date>\n",
            escape(stand.title),
            escape(&stand.teaser()),
            stand.guid(),
            when(stand.published)
        );
        if stand.modified > stand.published {
            let _ = writeln!(out, "<dcterms:modified>{}</dcterms:modified>", when(stand.modified));
        }
        for author in authors(stand) {
            let _ = writeln!(out, "<dc:creator>{}</dc:creator>", escape(author));
        }
        for word in &stand.text.keywords {
            let _ = writeln!(out, "<dc:subject>{}</dc:subject>", escape(word));
        }
        if let Some(html) = content(stand, scene) {
            let _ = writeln!(out, "<content:encoded><![CDATA[{}]]></content:encoded>", html.replace("]]>", "]]&gt;"));
        }
        out.push_str("</item>\n");
    }
    out.push_str("</rdf:RDF>\n");
    out
}
