//! What an element's class, id, role and itemprop say of it, in German and English: families of names, found in one pass.

use aho_corasick::{AhoCorasick, MatchKind};
use scraper::node::Element;
use std::sync::LazyLock;

use super::dom::attr_of;
use super::safe::cut;

/// A set of families.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Families(pub u32);

impl Families {
    /// Whether all of `other` are in it.
    pub fn has(self, other: Families) -> bool {
        self.0 & other.0 != 0
    }
}

impl std::ops::BitOr for Families {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

macro_rules! families {
    ($($bit:literal $name:ident: $doc:literal = $($word:literal)*;)*) => {
        // Families that no rule names are features of the trees all the same.
        $(#[allow(dead_code)] #[doc = $doc] pub const $name: Families = Families(1 << $bit);)*
        /// How many families there are.
        pub const COUNT: usize = [$($bit),*].len();
        const WORDS: &[(&str, u32)] = &[$($(($word, $bit)),*),*];
    };
}

// A word with `-` at an edge matches whole parts of a name only: `-ad-` is in `top-ad` and not in `read`.
families! {
    0 BODY: "The article's text" = "articlebody" "article-body" "article-content" "article-text" "articletext" "story-body" "storybody" "story-content" "post-content" "post-body" "postcontent" "entry-content" "entry-body" "article-detail" "body-text" "bodytext" "body-copy" "articlecontent" "rich-text" "richtext" "content-body" "story-text" "artikeltext" "artikelinhalt" "fliesstext" "-prose-" "text-module" "article-copy" "main-content" "maincontent" "page-content" "news-text" "newstext" "field-name-body" "paragraph";
    1 CAPTION: "A caption" = "caption" "bildunterschrift" "bildtext" "-legend" "image-text" "image-description" "bu-text";
    2 CREDIT: "A picture's credit" = "credit" "copyright" "photographer" "fotograf" "-source-" "-quelle" "bildnachweis" "image-author" "agency" "-rights";
    3 RELATED: "Links to other articles" = "related" "recommend" "teaser" "mehr-zum" "more-on" "read-more" "readmore" "weiterlesen" "weitere" "also-read" "see-also" "most-read" "mostread" "trending" "popular" "latest" "similar" "suggest" "promo" "-card" "upnext" "up-next" "outbrain" "taboola" "linklist" "link-list" "-more-" "morenews" "inline-link" "recirc" "topstories" "top-stories" "readalso" "-rail" "carousel" "slider" "mostpopular" "-nextup" "next-article" "further-reading" "empfehl" "meistgelesen" "-tease" "related-topics" "internallink";
    4 NEWSLETTER: "A call to subscribe, register, donate" = "newsletter" "subscri" "signup" "sign-up" "paywall" "-abo-" "abonn" "donat" "spende" "membership" "piano" "registration" "register" "login" "-cta" "offer" "-promo-box" "regwall" "mailchimp" "call-to-action" "premium-" "-plus-" "metered" "barrier";
    5 SOCIAL: "Sharing" = "social" "share" "sharing" "facebook" "twitter" "whatsapp" "teilen" "addthis" "-follow" "pinterest" "instagram" "-tools" "toolbar" "-print-" "bookmark" "merkliste";
    6 AUTHOR: "Who wrote it" = "author" "byline" "autor" "-bio" "contributor" "writer" "-verfasser" "journalist" "redakteur" "profile" "-by-";
    7 COMMENT: "Readers' words" = "comment" "disqus" "kommentar" "-forum" "discussion" "respond" "-reply" "leserbrief" "reaction" "postings" "user-rating" "vote" "-poll" "umfrage" "-quiz" "-review";
    8 NAVIGATION: "Ways to elsewhere" = "-nav-" "navi" "menu" "breadcrumb" "pagination" "pager" "sitemap" "topbar" "-tabs" "-tab-" "skip-" "masthead" "headerbar" "site-header" "off-canvas" "offcanvas" "dropdown" "-toc" "inhaltsverzeichnis" "table-of-contents";
    9 HIDDEN: "Not seen" = "hidden" "visually" "sr-only" "screen-reader" "screenreader" "-hide" "invisible" "-print-only" "aria-live" "a11y" "-offscreen" "display-none" "modal" "popup" "overlay" "lightbox" "tooltip";
    10 AD: "Advertising" = "-ad-" "-ads-" "advert" "anzeige" "werbung" "sponsor" "adslot" "ad-slot" "-adv" "dfp" "gpt-" "-banner" "commercial" "affiliate" "-partner" "adcontainer" "publicidad" "advertorial" "native-ad" "-reklam" "publicite";
    11 META: "Date, section, reading time" = "-meta" "date" "-time" "datum" "timestamp" "published" "reading-time" "readtime" "-info-" "dateline" "pubdate" "-stand-" "article-header" "articleheader" "-category" "section-name" "-label" "-badge";
    12 TAGS: "Keywords" = "-tag-" "-tags" "keyword" "topic" "schlagwort" "-themen" "taglist" "tag-list" "-categories" "post-tag" "-labels";
    13 FOOTER: "The end of the page" = "footer" "-foot-" "fusszeile" "footnote" "imprint" "impressum" "disclaimer" "copyright-notice" "legal" "-bottom" "correction" "corrections-policy" "trust" "about-us";
    14 SIDEBAR: "Beside the text" = "sidebar" "side-bar" "-aside" "-rail-" "right-col" "rightcol" "-secondary" "randspalte" "widget" "-right-" "complementary" "marginal" "-well-" "-module-aside";
    15 LEAD: "The summary above the text" = "lead" "-lede" "summary" "standfirst" "-deck" "-dek" "subtitle" "sub-title" "subhead" "subheadline" "vorspann" "intro" "abstract" "description" "excerpt" "-chapo" "unterzeile" "sub-headline" "-teaser-text" "-sapo" "standfirst" "anrisstext" "-ingress" "-entradilla" "-bajada" "-sommario" "kicker-text";
    16 HEADLINE: "The headline" = "headline" "-title" "-titel" "schlagzeile" "heading" "ueberschrift" "-kicker" "dachzeile" "eyebrow" "overline" "spitzmarke" "-roofline";
    17 QUOTE: "A quotation" = "quote" "-zitat" "blockquote" "testimonial" "-cite";
    18 EMBED: "From elsewhere" = "embed" "tweet" "-iframe" "youtube" "external-content" "oembed" "instagram-media" "-video" "player" "-audio" "podcast" "-map-" "datawrapper";
    19 GALLERY: "Pictures" = "gallery" "slideshow" "galerie" "bildstrecke" "fotostrecke" "-image" "-photo" "-picture" "-media" "-img" "thumb" "-figure" "-bild";
    20 BOX: "Set off from the text" = "-box" "infobox" "factbox" "-fact" "-kasten" "-callout" "sidenote" "-note" "highlight" "takeaway" "key-point" "keypoint" "bullet" "bulletpoints" "at-a-glance" "-faq" "accordion";
    21 CONSENT: "Consent" = "cookie" "consent" "gdpr" "dsgvo" "privacy" "datenschutz" "cmp-" "onetrust" "usercentrics" "-ot-sdk" "-ot-main" "-cli-" "-cky-" "didomi" "-cmplz" "borlabs" "-klaro" "-qc-" "sp-message" "truste" "cookiebot";
    22 PRODUCT: "Shop and listings" = "product" "-price" "-shop" "-cart" "-buy" "-listing" "-grid" "-item" "-list-";
    23 CONTENT: "Content in general" = "content" "article" "story" "-text" "-post-" "-entry" "-copy" "-main";
    24 UNLIKELY: "Hardly the text" = "-ad-" "banner" "breadcrumb" "combx" "comment" "community" "cover-wrap" "disqus" "extra" "-foot" "gdpr" "header" "legends" "menu" "related" "remark" "replies" "-rss" "shoutbox" "sidebar" "skyscraper" "social" "sponsor" "supplemental" "ad-break" "agegate" "pagination" "pager" "popup" "cookie" "consent" "newsletter" "subscri" "recommend" "teaser" "-promo" "share" "-tags-" "-meta" "author-bio";
    25 MAYBE: "Perhaps the text after all" = "article" "body" "column" "content" "main" "shadow";
    26 POSITIVE: "Speaks for the text" = "article" "body" "content" "entry" "main" "-page" "-post" "text" "blog" "story";
    27 NEGATIVE: "Speaks against the text" = "-ad-" "hidden" "banner" "combx" "comment" "-com-" "contact" "-foot" "gdpr" "masthead" "media" "-meta" "outbrain" "promo" "related" "scroll" "share" "shoutbox" "sidebar" "skyscraper" "sponsor" "shopping" "-tags" "widget" "cookie" "newsletter" "subscri" "recommend" "teaser";
    28 UNSEEN: "Hidden by an attribute" = "display-none";
}

/// The families of an element.
pub fn of(element: &Element) -> Families {
    let mut name = String::with_capacity(64);
    for attr in ["class", "id", "itemprop", "role", "data-testid", "data-component", "data-type", "data-module", "data-block"] {
        if let Some(value) = attr_of(element, attr) {
            normalise(cut(value, 400), &mut name);
        }
    }
    let mut found = 0;
    if !name.is_empty() {
        name.push('-');
        found = words().find_overlapping_iter(&name).fold(0, |all, m| all | 1 << WORDS[m.pattern().as_usize()].1);
    }
    let hidden = attr_of(element, "hidden").is_some()
        || attr_of(element, "aria-hidden").is_some_and(|v| v.eq_ignore_ascii_case("true"))
        || attr_of(element, "style").is_some_and(|s| {
            let s: String = s.chars().filter(|c| !c.is_whitespace()).collect();
            s.contains("display:none") || s.contains("visibility:hidden")
        });
    Families(found | if hidden { HIDDEN.0 | UNSEEN.0 } else { 0 })
}

/// Parts of names that an element contributes at most.
const PART_CAP: usize = 16;

/// Hashes of what an element's names are made of: each part without its digits, each pair of neighbours, and its tag.
pub fn parts(element: &Element, out: &mut Vec<u32>) {
    let from = out.len();
    out.push(hash(0x811c_9dc5, element.name().as_bytes()));
    let mut name = String::with_capacity(64);
    for attr in ["class", "id", "itemprop", "role", "data-testid", "data-component", "data-type", "data-module", "data-block"] {
        let Some(value) = attr_of(element, attr) else { continue };
        for word in cut(value, 400).split_ascii_whitespace() {
            name.clear();
            normalise(word, &mut name);
            let mut before = None;
            for part in name.split('-') {
                let part = part.trim_matches(|c: char| c.is_ascii_digit());
                if part.len() < 2 || part.len() > 20 || out.len() >= from + PART_CAP {
                    continue;
                }
                let hash_of = hash(0x811c_9dc5 ^ 0x5bd1, part.as_bytes());
                out.push(hash_of);
                if let Some(before) = before {
                    out.push(hash(before, part.as_bytes()));
                }
                before = Some(hash_of);
            }
        }
    }
    out[from..].sort_unstable();
    let mut kept = from;
    for at in from..out.len() {
        if at == from || out[at] != out[at - 1] {
            out[kept] = out[at];
            kept += 1;
        }
    }
    out.truncate(kept);
}

fn hash(seed: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(seed, |h, b| (h ^ u32::from(*b)).wrapping_mul(0x0100_0193))
}

fn words() -> &'static AhoCorasick {
    static WORDS_FOUND: LazyLock<AhoCorasick> = LazyLock::new(|| {
        AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(WORDS.iter().map(|(w, _)| w))
            .expect("a few hundred short words make a small automaton")
    });
    &WORDS_FOUND
}

/// `articleBody top_Ad` → `-article-body-top-ad`, and the joined form is found by words without dashes inside.
fn normalise(raw: &str, out: &mut String) {
    out.push('-');
    let mut small = false;
    for c in raw.chars() {
        if c.is_ascii_uppercase() && small {
            out.push('-');
        }
        small = c.is_ascii_lowercase() || c.is_ascii_digit();
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !out.ends_with('-') {
            out.push('-');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scraper::Html;

    #[track_caller]
    fn check(class: &str, want: Families) {
        let html = Html::parse_fragment(&format!("<div class=\"{class}\">"));
        let div = html.root_element().child_elements().next().unwrap();
        assert!(of(div.value()).has(want), "{class}: {:b}", of(div.value()).0);
    }

    #[test]
    fn names_tell_what_an_element_is() {
        check("articleBody", BODY);
        check("article__body", BODY);
        check("c-top_Ad", AD);
        check("Bildunterschrift", CAPTION);
        check("meistgelesen", RELATED);
    }

    #[test]
    fn short_words_match_whole_parts_only() {
        let html = Html::parse_fragment("<div class=\"reader-thread\">");
        let div = html.root_element().child_elements().next().unwrap();
        assert!(!of(div.value()).has(AD));
    }
}
