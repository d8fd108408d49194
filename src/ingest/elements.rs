//! The elements of HTML by what they do to text.

/// Elements that end the paragraph before them; sorted.
const BLOCKS: [&str; 50] = [
    "address",
    "article",
    "aside",
    "audio",
    "blockquote",
    "body",
    "br",
    "caption",
    "center",
    "dd",
    "details",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "html",
    "iframe",
    "li",
    "listing",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
    "video",
    "xmp",
];

/// All others, old ones included; sorted.
const INLINE: [&str; 75] = [
    "a", "abbr", "acronym", "area", "b", "base", "basefont", "bdi", "bdo", "big", "blink", "button", "canvas", "cite", "code", "col",
    "colgroup", "data", "datalist", "del", "dfn", "em", "embed", "font", "head", "hgroup", "i", "img", "input", "ins", "kbd", "label",
    "legend", "link", "map", "mark", "marquee", "math", "meta", "meter", "nobr", "noscript", "object", "optgroup", "option", "output",
    "param", "picture", "progress", "q", "rp", "rt", "ruby", "s", "samp", "script", "select", "small", "source", "span", "strike",
    "strong", "style", "sub", "sup", "svg", "template", "textarea", "time", "title", "track", "tt", "u", "var", "wbr",
];

/// Whether an element (in lower case) ends the paragraph before it.
pub fn block_level(name: &str) -> bool {
    BLOCKS.binary_search(&name).is_ok()
}

/// Whether HTML has such an element (in lower case).
pub fn known(name: &str) -> bool {
    INLINE.binary_search(&name).is_ok() || block_level(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted() {
        assert!(BLOCKS.is_sorted() && INLINE.is_sorted());
        assert!(known("p") && known("wbr") && !known("unknown"));
    }
}
