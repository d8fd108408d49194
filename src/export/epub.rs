//! Articles as a book: EPUB 3, a chapter each. A zip whose first entry is its type, uncompressed; a list of what is in it and
//! in which order; a table of contents.

use jiff::{Timestamp, tz::TimeZone};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter, result::ZipResult};

use super::html::{STYLE, body, escaped};
use crate::model::{Article, Clean};

const CONTAINER: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
<container version=\"1.0\" xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\">\
<rootfiles><rootfile full-path=\"EPUB/package.opf\" media-type=\"application/oebps-package+xml\"/></rootfiles></container>\n";

pub(super) fn book(articles: &[Article], title: &Clean, zone: &TimeZone, now: Timestamp) -> Vec<u8> {
    // It is written to memory: nothing of it can fail.
    pack(articles, title, zone, now).unwrap_or_default()
}

fn pack(articles: &[Article], title: &Clean, zone: &TimeZone, now: Timestamp) -> ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    zip.start_file("mimetype", stored)?;
    zip.write_all(b"application/epub+zip")?;
    let title = if title.is_empty() { "wiredesk" } else { title.as_str() };
    let mut files = vec![
        ("META-INF/container.xml".to_owned(), CONTAINER.to_owned()),
        ("EPUB/package.opf".to_owned(), package(articles, title, now)),
        ("EPUB/nav.xhtml".to_owned(), nav(articles, title)),
        ("EPUB/style.css".to_owned(), STYLE.to_owned()),
    ];
    for (i, article) in articles.iter().enumerate() {
        let page = document(&article.item.title, article.item.language.as_deref(), &body(article, zone));
        files.push((format!("EPUB/{}", chapter(i)), page));
    }
    for (name, text) in files {
        zip.start_file(name, packed)?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

fn chapter(i: usize) -> String {
    format!("article-{}.xhtml", i + 1)
}

/// A language as it may stand in a book: letters, digits and hyphens.
fn language(of: Option<&str>) -> &str {
    of.filter(|l| l.len() >= 2 && l.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')).unwrap_or("und")
}

fn document(title: &str, lang: Option<&str>, body: &str) -> String {
    let lang = language(lang);
    let title = if title.is_empty() { "untitled" } else { title };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE html>\n\
         <html xmlns=\"http://www.w3.org/1999/xhtml\" xml:lang=\"{lang}\" lang=\"{lang}\">\n\
         <head><meta charset=\"utf-8\"/><title>{}</title><link rel=\"stylesheet\" type=\"text/css\" href=\"style.css\"/></head>\n\
         <body>\n{body}\n</body>\n</html>\n",
        escaped(title)
    )
}

fn package(articles: &[Article], title: &str, now: Timestamp) -> String {
    let modified = now.strftime("%Y-%m-%dT%H:%M:%SZ");
    // One language is the book's; several are none.
    let mut languages: Vec<&str> = articles.iter().map(|a| language(a.item.language.as_deref())).collect();
    languages.sort_unstable();
    languages.dedup();
    let lang = if let [one] = languages[..] { one } else { "mul" };
    let first = articles.first().map_or(0, |a| a.id.0);
    let mut creators: Vec<String> = articles.iter().map(|a| a.outlet.to_string()).collect();
    creators.sort_unstable();
    creators.dedup();
    let creators: String = creators.iter().map(|c| format!("<dc:creator>{}</dc:creator>\n", escaped(c))).collect();
    let sources: String = articles
        .iter()
        .filter_map(|a| a.item.url.as_ref().and_then(super::web))
        .map(|a| format!("<dc:source>{}</dc:source>\n", escaped(a)))
        .collect();
    let items: String = (0..articles.len())
        .map(|i| format!("<item id=\"a{}\" href=\"{}\" media-type=\"application/xhtml+xml\"/>\n", i + 1, chapter(i)))
        .collect();
    let spine: String = (0..articles.len()).map(|i| format!("<itemref idref=\"a{}\"/>\n", i + 1)).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\" unique-identifier=\"id\" xml:lang=\"en\">\n\
         <metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n\
         <dc:identifier id=\"id\">wiredesk:{}:{first}:{}</dc:identifier>\n<dc:title>{}</dc:title>\n<dc:language>{lang}</dc:language>\n\
         {creators}{sources}<meta property=\"dcterms:modified\">{modified}</meta>\n</metadata>\n\
         <manifest>\n<item id=\"nav\" href=\"nav.xhtml\" media-type=\"application/xhtml+xml\" properties=\"nav\"/>\n\
         <item id=\"style\" href=\"style.css\" media-type=\"text/css\"/>\n{items}</manifest>\n\
         <spine>\n{spine}</spine>\n</package>\n",
        now.as_second(),
        articles.len(),
        escaped(title)
    )
}

fn nav(articles: &[Article], title: &str) -> String {
    let mut rows: String = articles
        .iter()
        .enumerate()
        .map(|(i, a)| {
            let title = if a.item.title.is_empty() { "untitled" } else { a.item.title.as_str() };
            format!("<li><a href=\"{}\">{} ({})</a></li>\n", chapter(i), escaped(title), escaped(&a.outlet))
        })
        .collect();
    if rows.is_empty() {
        rows = "<li><span>Nothing was found.</span></li>\n".into();
    }
    let body = format!(
        "<nav xmlns:epub=\"http://www.idpf.org/2007/ops\" epub:type=\"toc\" id=\"toc\"><h1>{}</h1>\n<ol>\n{rows}</ol></nav>",
        escaped(title)
    );
    document(title, Some("en"), &body)
}
