# What was done, and what takes it back.
undoes = u undoes

# The help.
help-title = Help
help-heading = Help: type to search, esc closes
help-heading-searched = Help: search { $words }, esc closes
help-about = { $place } · type to search, esc closes
help-search = search
help-elsewhere = Elsewhere
help-in = in the { $place }
help-none = No command fits. Backspace or esc widens the search.
help-no-key = no key
help-or = or
help-more = more below

# The line that is typed into.
prompt-tag = tag
prompt-link = link
prompt-pipe = pipe to
prompt-import = import file
import-hint = OPML, newsboat's urls or cache.db, FreshRSS's or Miniflux's JSON
import-begun = importing { $path }
prompt-filter = filter:
prompt-no-links = this text has no links
prompt-links = { $n ->
    [one] this text has one link: 1
   *[other] this text has links 1 to { $n }
}

# Views and folders.
views-name = name of the view
views-folder-name = name of the folder
views-folder = folder
views-keeps = enter keeps it in the desk
views-renames = enter renames it
views-within = World/Asia is one within another; empty is none
views-there = the desk has this already: { $label }
views-feed-title = a feed's title is one of its settings: F, then enter
views-only-own-names = only your own views and folders have names to change
views-only-feeds = only a feed can be put into a folder
views-only-own-alert = only your own views can alert; V keeps a list as one
views-only-movable = only feeds, folders and your own views can be moved
views-only-own-removed = only your own views can be removed; F lists the feeds

# An article is opened, copied, handed on.
share-title = the title
share-exporting = exporting…
share-handed = handed to { $command } · esc stops it
share-no-address = this article has no address
share-opening = opening { $what }
share-markdown = a Markdown link
share-copied = copied { $what }
share-no-paragraph = there is no paragraph here
share-paragraphs = { $n ->
    [one] the paragraph
   *[other] { $n } paragraphs
}
share-still-runs = the last command still runs; esc stops it
share-stopping = stopping the command

# What a list's name ends in, by its order.
order-outlet = by outlet
order-tag = by tag
order-old = oldest first

# The first minute.
welcome-title = Welcome to wiredesk.
welcome-key = There are no feeds yet. One key takes some:
welcome-quit = There are no feeds yet. Quit with
welcome-or-quit = Or quit with
welcome-type = and type:
welcome-add = a feed's address, or a site: its feeds are found
welcome-import = what another reader has
welcome-import-about = a file with feeds: OPML, newsboat, FreshRSS, Miniflux
welcome-demo = a summit's day replayed; needs no network
welcome-taken = { $name }: { $n } feeds are taken, their news is on its way
