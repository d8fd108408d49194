//! What each tag does to the blocks under construction: the one table of HTML names.

use super::*;

impl Builder {
    pub(super) fn link(&self, href: Option<&str>) -> Option<Address> {
        let href = href?.trim();
        if href.is_empty() || href.starts_with('#') {
            return None;
        }
        match &self.base {
            Some(base) if !(href.starts_with("http://") || href.starts_with("https://")) => base.join(href).ok(),
            _ => Address::parse(href).ok(),
        }
    }

    pub(super) fn open(&mut self, name: &str, attributes: &[Attribute<'_>]) {
        self.nodes += 1;
        let get = |wanted: &str| attributes.iter().find(|(n, _)| n.eq_ignore_ascii_case(wanted)).map(|(_, v)| &**v);
        if let Some(hidden) = self.hidden {
            // Players and templates that are never closed must not swallow the article.
            if !(matches!(hidden, "video" | "audio" | "select") && block_level(name)) {
                return;
            }
            self.hidden = None;
        }
        if self.code.is_some() && !matches!(name, "br" | "script" | "style") {
            if name == "pre" || !block_level(name) {
                return;
            }
            self.end_code();
        }
        match name {
            "script" => self.hidden = Some("script"),
            "style" => self.hidden = Some("style"),
            "title" => self.hidden = Some("title"),
            "template" => self.hidden = Some("template"),
            "select" => self.hidden = Some("select"),
            "b" | "strong" => self.style.strong += 1,
            "i" | "em" | "cite" | "dfn" | "var" => self.style.emphasis += 1,
            "code" | "kbd" | "samp" | "tt" => self.style.code += 1,
            "del" | "s" | "strike" => self.style.struck += 1,
            "a" => {
                let link = self.link(get("href"));
                self.links.push(self.style.link.take());
                if self.links.len() > MAX_LINKS {
                    self.links.remove(0);
                }
                self.style.link = link;
            }
            "q" => self.text("“"),
            "br" => match &mut self.code {
                Some(code) => code.push('\n'),
                None if self.heading > 0 || matches!(self.frames.last(), Some(Open { frame: Frame::Cell | Frame::Caption, .. })) => {
                    self.text(" ")
                }
                None => self.flush(),
            },
            "hr" => {
                self.flush();
                self.push(Block::Rule);
            }
            "img" | "image" => self.image(&get),
            "iframe" | "embed" | "object" | "video" | "audio" => {
                let target = self.link(get("src").or_else(|| get("data-src")).or_else(|| get("data")));
                let label = get("title").or_else(|| get("aria-label")).map(Clean::line).and_then(Clean::non_empty);
                if name == "video" || name == "audio" {
                    self.hidden = if name == "video" { Some("video") } else { Some("audio") };
                }
                if target.is_some() || label.is_some() {
                    self.flush();
                    let label = label.unwrap_or_else(|| target.as_ref().map(|a| Clean::line(&a.site())).unwrap_or_default());
                    self.push(Block::Embed { label, url: target });
                }
            }
            "pre" | "listing" => {
                self.flush();
                self.code = Some(String::new());
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.flush();
                self.heading = (name.as_bytes()[1] - b'0').max(2);
            }
            _ if !block_level(name) => {}
            _ => {
                self.flush();
                self.heading = 0;
                self.structure(name, &get);
            }
        }
    }

    /// Opens what holds other blocks.
    pub(super) fn structure<'x>(&mut self, name: &str, get: &dyn Fn(&str) -> Option<&'x str>) {
        let nested = self.frames.len() >= MAX_NESTED * 2;
        match name {
            "li" | "dt" | "dd" => {
                self.end_until(|f| matches!(f, Frame::Entry), |f| matches!(f, Frame::List { .. } | Frame::Cell));
                if matches!(self.frames.last(), Some(Open { frame: Frame::List { .. }, .. })) {
                    self.begin(Frame::Entry);
                }
            }
            "tr" => {
                self.end_until(|f| matches!(f, Frame::Cell), |f| matches!(f, Frame::Table { .. }));
                if let Some(Open { frame: Frame::Table { rows, .. }, .. }) = self.frames.last_mut() {
                    rows.push(Vec::new());
                }
            }
            "td" | "th" => {
                self.end_until(|f| matches!(f, Frame::Cell), |f| matches!(f, Frame::Table { .. }));
                if let Some(Open { frame: Frame::Table { rows, head }, .. }) = self.frames.last_mut() {
                    if rows.len() <= 1 && name == "th" && rows.last().is_none_or(Vec::is_empty) {
                        *head = true;
                    }
                    self.begin(Frame::Cell);
                }
            }
            "figcaption" => {
                if matches!(self.frames.last(), Some(Open { frame: Frame::Figure, .. })) {
                    self.begin(Frame::Caption);
                }
            }
            _ if nested => {}
            "blockquote" => self.begin(Frame::Quote),
            "ul" | "menu" | "dir" | "dl" => self.begin(Frame::List { ordered: false, start: 1, items: Vec::new() }),
            "ol" => {
                let start = get("start").and_then(|s| s.trim().parse().ok()).unwrap_or(1);
                self.begin(Frame::List { ordered: true, start, items: Vec::new() });
            }
            "table" => self.begin(Frame::Table { head: false, rows: Vec::new() }),
            "figure" => self.begin(Frame::Figure),
            _ => {}
        }
    }

    pub(super) fn close(&mut self, name: &str) {
        if let Some(hidden) = self.hidden {
            if name == hidden {
                self.hidden = None;
            }
            return;
        }
        if self.code.is_some() {
            if matches!(name, "pre" | "listing") || (block_level(name) && name != "br") {
                self.end_code();
            }
            return;
        }
        let style = &mut self.style;
        match name {
            "b" | "strong" => style.strong = style.strong.saturating_sub(1),
            "i" | "em" | "cite" | "dfn" | "var" => style.emphasis = style.emphasis.saturating_sub(1),
            "code" | "kbd" | "samp" | "tt" => style.code = style.code.saturating_sub(1),
            "del" | "s" | "strike" => style.struck = style.struck.saturating_sub(1),
            "a" => style.link = self.links.pop().flatten(),
            "q" => self.text("”"),
            "br" => self.flush(),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.flush();
                self.heading = 0;
            }
            "blockquote" => self.end_until(|f| matches!(f, Frame::Quote), |f| matches!(f, Frame::Cell)),
            "ul" | "ol" | "dl" | "menu" | "dir" => self.end_until(|f| matches!(f, Frame::List { .. }), |f| matches!(f, Frame::Cell)),
            "li" | "dt" | "dd" => self.end_until(|f| matches!(f, Frame::Entry), |f| matches!(f, Frame::List { .. } | Frame::Cell)),
            "td" | "th" | "tr" => self.end_until(|f| matches!(f, Frame::Cell), |f| matches!(f, Frame::Table { .. })),
            "table" => self.end_until(|f| matches!(f, Frame::Table { .. }), |_| false),
            "figure" => self.end_until(|f| matches!(f, Frame::Figure), |f| matches!(f, Frame::Cell)),
            "figcaption" => self.end_until(|f| matches!(f, Frame::Caption), |f| matches!(f, Frame::Figure)),
            _ if block_level(name) => self.flush(),
            _ => {}
        }
    }

    pub(super) fn end_code(&mut self) {
        let Some(code) = self.code.take() else { return };
        let code = code.trim_matches('\n');
        if code.trim().is_empty() {
            return;
        }
        let mut lines = Vec::new();
        for mut line in code.lines() {
            while line.len() > MAX_LINE {
                let (head, tail) = line.split_at(cut(line, MAX_LINE).len());
                lines.push(Clean::verbatim(head));
                line = tail;
            }
            lines.push(Clean::verbatim(line.trim_end()));
        }
        self.push(Block::Code { lines });
    }

    pub(super) fn image<'x>(&mut self, get: &dyn Fn(&str) -> Option<&'x str>) {
        let alt = get("alt").map(Clean::line).unwrap_or_default();
        let tiny = |v: Option<&str>| v.and_then(|v| v.trim().trim_end_matches("px").parse::<u32>().ok());
        let (width, height) = (tiny(get("width")), tiny(get("height")));
        if width.is_some_and(|w| w <= 2) || height.is_some_and(|h| h <= 2) {
            return; // a counter, not a picture
        }
        // Pictures as large as letters are letters (emoji).
        if width.is_some_and(|w| w <= 32) && height.is_some_and(|h| h <= 32)
            || get("class").is_some_and(|c| c.contains("emoji") || c.contains("smiley"))
        {
            self.text(&alt);
            return;
        }
        let src = get("src").filter(|s| !s.trim_start().starts_with("data:"));
        let src = src.or_else(|| get("data-src")).or_else(|| get("data-lazy-src")).or_else(|| get("data-original"));
        let url =
            self.link(src).or_else(|| self.link(get("srcset").or_else(|| get("data-srcset")).and_then(|s| s.split_whitespace().next())));
        if url.is_none() && alt.is_empty() {
            return;
        }
        let seen = self
            .pictures
            .iter()
            .chain(self.frames.last().map_or(&self.out, |o| &o.blocks).last())
            .any(|b| matches!(b, Block::Picture { url: u, .. } if *u == url));
        if seen {
            return; // once lazy, once for readers without scripts
        }
        let picture = Block::Picture { url, alt, caption: Vec::new(), credit: None };
        if self.line.is_empty() {
            self.push(picture);
        } else {
            self.pictures.push(picture);
        }
    }
}
