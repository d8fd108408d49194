//! Embeds in the clothes that sites and AMP give them, brought into the one form that the flattening knows: an `iframe`
//! with an address. What a reader gets is a link, never what is behind it.

use scraper::{Html, Node};

use super::dom::attr_of;

/// Element, the attribute that names the thing, and its address with `{}` for that name.
const CUSTOM: [(&str, &str, &str); 12] = [
    ("amp-twitter", "data-tweetid", "https://twitter.com/i/status/{}"),
    ("amp-instagram", "data-shortcode", "https://www.instagram.com/p/{}/"),
    ("amp-facebook", "data-href", "{}"),
    ("amp-youtube", "data-videoid", "https://www.youtube.com/watch?v={}"),
    ("amp-vimeo", "data-videoid", "https://vimeo.com/{}"),
    ("amp-dailymotion", "data-videoid", "https://www.dailymotion.com/video/{}"),
    ("amp-soundcloud", "data-trackid", "https://soundcloud.com/tracks/{}"),
    ("lite-youtube", "videoid", "https://www.youtube.com/watch?v={}"),
    ("youtube-video", "videoid", "https://www.youtube.com/watch?v={}"),
    ("blockquote", "data-instgrm-permalink", "{}"),
    ("div", "data-oembed-url", "{}"),
    ("figure", "data-oembed-url", "{}"),
];
/// Embeds of one page.
const CAP: usize = 200;

/// Rewrites them.
pub fn unveil(html: &mut Html) {
    let found: Vec<_> = html
        .tree
        .nodes()
        .filter_map(|node| {
            let element = node.value().as_element()?;
            let (.., attr, form) = CUSTOM.iter().find(|(name, attr, _)| *name == element.name() && attr_of(element, attr).is_some())?;
            let value = attr_of(element, attr)?.trim();
            let plain = if *form == "{}" {
                value.starts_with("http")
            } else {
                value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
            };
            (plain && !value.is_empty() && value.len() < 1000).then(|| (node.id(), form.replace("{}", value)))
        })
        .take(CAP)
        .collect();
    for (id, address) in found {
        let Some(mut node) = html.tree.get_mut(id) else { continue };
        if let Node::Element(element) = node.value() {
            element.name.local = "iframe".into();
            element.attrs.retain(|(name, _)| &*name.local != "src");
            let mut name = element.name.clone();
            (name.local, name.ns) = ("src".into(), "".into());
            element.attrs.push((name, address.as_str().into()));
            // Attributes are looked up by halves.
            element.attrs.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        }
    }
}
