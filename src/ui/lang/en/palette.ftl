# The palette.
palette-title = Find
palette-type = type to find
palette-found-for = found for { $typed }
palette-heading = Find: { $typed }, { $n } rows, enter opens, esc closes
palette-asked = asked for next
palette-key = Key
palette-looking = looking in the cache…
palette-what = a command, feed, view, story, agency, tag or saved article
palette-wait = Looking…
palette-none = Nothing has these letters. Backspace takes the last one away.
palette-followed = { $n } unread, followed
palette-saved = { $n } saved
palette-enter-tags = enter tags

# What kind of thing a row is.
kind-command = command
kind-story = story
kind-blog = live blog
kind-view = view
kind-folder = folder
kind-feed = feed
kind-agency = agency
kind-tag = tag
kind-saved = saved
