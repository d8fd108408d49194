# What a key came to.
act-means-nothing = { $keys } does nothing here · { $help } for help
act-no-posts = there are no live posts here
act-oldest-posts = oldest posts first, from where you were
act-newest-posts = newest posts first
act-pictures = pictures are shown
act-captions = only the captions of pictures are shown
act-no-pictures = no pictures here: `wiredesk doctor` says why
act-justified = both edges of the text are straight
act-ragged = the text's lines end where they end
act-not-saved = no longer saved
act-read = marked read
act-unread = marked unread
act-none-above = nothing unread above
act-none-below = nothing unread below
act-none-beyond = nothing unread beyond
act-nothing-new = nothing new waits
act-asking = asking the feeds
act-asking-one = asking this feed
search-none-above = nothing found above
search-none-below = nothing found below
groups-by-story = rows are articles here · b lists by story
groups-alone = only this article tells it
groups-story = a row is one story · b changes it
groups-dispatch = a row is one dispatch · b changes it
groups-article = a row is one article · b changes it
undoes-by = { $done } · { $key } undoes
alerts = { $n } alerts

# From version to version.
versions-first = this is the first version
versions-newest = this is the newest version
versions-next = this is the first version: ] shows the next
versions-unchanged = it has not changed
versions-none-above = no change above
versions-none-below = no change below
versions-embargo = it is under embargo

# A note on an article.
note-title = Note
note-heading = Note on { $title }: line { $line }, esc keeps it, ctrl-c leaves it as it was
note-keeps = keeps it
note-leaves = leaves it as it was

# What is highlighted in it.
marks-title = Highlights
marks-heading = Highlights: { $n }, enter goes there, x takes it off, esc closes
marks-gone = no longer in the text
marks-gone-said = No longer in the text.
marks-goes = goes there
marks-takes-off = takes it off
marks-closes = closes
marks-none = nothing is highlighted: { $choose } chooses paragraphs, { $mark } highlights them
marks-words-gone = these words are no longer in the text
