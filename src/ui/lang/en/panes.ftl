# The panes' names.
pane-desk = Desk
pane-headlines = Headlines
pane-article = Article
pane-sources = Sources

# The help's headings.
group-moving = Moving
group-panes = Panes
group-reading = Reading
group-sharing = Sharing
group-marks = Marks
group-lists = Lists
group-feeds = Feeds
group-program = Program

# Where a command works.
place-desk = desk
place-headlines = headlines
place-article = article
place-sources = sources
place-feeds = feeds
place-settings = feed settings
place-story = story
place-panes-and-story = all panes, story
place-articles-and-story = headlines, article, sources, story
place-articles = headlines, article, sources
place-reading = article, sources
place-panes = all panes
place-lists = desk, headlines
place-everywhere = everywhere

# The desk. Its views have these names; those of the reader's own have the reader's.
desk-live = Live
desk-views = Views
desk-feeds = Feeds
desk-agencies = Agencies
desk-demo = demo
desk-unread = { $n } unread
desk-alerts = alerts
desk-failed = its last poll failed
desk-listed = listed now
view-all = All
view-unread = Unread
view-saved = Saved
view-changed = Changed

# The headlines.
list-untitled = untitled
list-new = { $n } new
list-waiting = { $n } new · press . to show
list-regrouped = stories were found · press . to show
list-articles = { $n } articles
list-until = until { $when }
list-no-match = Nothing matches.
list-no-match-help = esc clears the filter, / changes it.
list-all-read = All read.
list-lists-all = lists all articles.
list-none-yet = No articles yet.
list-being-asked = The feeds are being asked; articles wait here as they come.
list-ask = R asks the feeds now, F shows how they fare.
list-nothing = Nothing in this list.

# What stands above an article's text.
head-version = version { $n } of { $of }
head-length = { $words } words, { $minutes } min
head-live = live
head-posts = { $n ->
    [one] { $shown } posts
   *[other] { $shown } posts
}
head-followed = followed
head-saved = saved
head-highlights = { $n ->
    [one] { $n } highlight
   *[other] { $n } highlights
}
head-changed-at = Changed since you read it ({ $when }): d shows what.
head-changed = Changed since you read it: d shows what.
head-withdrawn = Withdrawn by its sender. What stood here is kept.
head-note = Note:
head-embargo = Embargo until { $when }. The text is here and will be shown then.
head-withheld = Withheld by its sender: not to be read before a version without that comes.

# What stands after it where it is not all there.
tail-subscription = a subscription
tail-registration = registration
tail-consent = consent
tail-beginning = The page asks for { $asks }; only its beginning was readable.
tail-nothing = The page asks for { $asks }; its text was not readable.
tail-opens = o opens the page.
tail-pending = The full text is still being fetched; it will stand here.
tail-no-text = The feed carries no text for this one.
tail-opens-browser = o opens its page in the browser.
tail-all = This is all that the feed and the page gave; o opens the page.

# The article.
article-gone = This article is no longer in the cache.
article-posts-changed = posts were changed
article-shows = . shows
article-newer = version { $n } has come · ] shows it
article-end = end
article-left = { $share } % · { $minutes } min left
article-nothing = Nothing is open: enter opens the selected headline.
article-hits = { $n ->
    [one] { $n } hit
   *[other] { $n } hits
}
article-hit = hit { $n } of { $of }
article-stretching = stretching: H highlights
article-choosing = choosing: v stretches
article-highlighted = Highlighted
picture-failed = The picture did not come: { $why }
picture-coming = The picture is on its way.
picture-waiting = A picture: it is fetched when the article is opened.

# A live blog.
live-key-events = Key events
live-new-below = ↓ new from here
live-new-above = ↑ new to you · you were here ↓
live-here = You were here.
live-new = new
live-key-event = key event
live-deleted = deleted
live-edited = edited
live-unchanged = { $n } unchanged

# Two versions.
diff-title = version { $new } against { $old }
diff-since = since you read it
diff-change = change { $n } of { $of }
diff-changes = { $n ->
    [one] { $n } change
   *[other] { $n } changes
}
diff-gone = One of the two versions is no longer in the cache.
diff-version = version { $n }
diff-version-at = version { $n }, { $when }
diff-words = +{ $added } −{ $removed } words
diff-same = Title and text say the same in both; what differs is spelling of signs, order, credits or what stands around the text.
diff-unchanged = { $n ->
    [one] { $shown } sentence unchanged
   *[other] { $shown } sentences unchanged
}
diff-added = added
diff-removed = removed
revised-headline = headline
revised-text = text
revised-number = numbers or names
revised-quote = quotes
revised-correction = says that it corrects
revised-credits = credits
revised-live = live posts
revised-spelling = spelling
revised-withdrawn = withdrawn
revised-restored = restored

# The sources. Labels have ten columns.
sources-reported = Reported
sources-by = By
sources-edited = Edited
sources-story = Story
sources-also = Also
sources-dispatch = Dispatch
sources-pictures = Pictures
sources-cites = Cites
sources-feed = Feed
sources-page = Page
sources-says = Says
sources-versions = Versions
sources-unnamed = agencies, not named:
sources-own = the outlet itself
sources-none = no agency is credited
sources-verbatim = one dispatch, word for word
sources-compiled = compiled from several, or with own reporting
sources-desk = by the desk of { $outlet }
sources-shared = { $share } of the text shared
sources-behind = behind
sources-behind-take = behind: take { $take } is in { $outlet }
sources-fetched = fetched { $when }
sources-own-texts = { $n ->
    [one] { $n } text of its own
   *[other] { $n } texts of their own
}
sources-probably = probably
sources-more = and { $n } more
sources-shown = which is shown
sources-words = { $n ->
    [one] { $signed } words
   *[other] { $signed } words
}
sources-new-title = new title
sources-press = press release
sources-sure = { $share } sure
sources-enter = enter opens it
sources-nothing = Nothing is open.
slot-dispatch = dispatch id
slot-provider = wire's provider
slot-dateline = dateline
slot-tail = sign-off
slot-data = page's data
slot-byline = byline
slot-copyright = copyright
slot-caption = caption
slot-prose = in the text
quoted = “{ $words }”

# How many.
count-outlets = { $n ->
    [one] { $n } outlet
   *[other] { $n } outlets
}
count-dispatches = { $n ->
    [one] { $n } dispatch
   *[other] { $n } dispatches
}
count-agencies = { $n ->
    [one] { $n } agency
   *[other] { $n } agencies
}
