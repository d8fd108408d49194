# The lowest line: what polling does.
status-polling = polling
status-polling-of = polling { $done }/{ $total }
status-pages-to-fetch = { $n ->
    [one] { $n } page to fetch
   *[other] { $n } pages to fetch
}
status-pages = { $n ->
    [one] { $n } page
   *[other] { $n } pages
}
status-new = { $n } new
status-elsewhere = polled elsewhere
status-next = next { $when }
status-soon = polling soon
status-seconds = { $n } s
status-live = live
status-now = now
status-failed = { $n } failed

# Hints that fit what is going on.
status-next-change = next change
status-next-hit = next hit

# A notice for the ear.
status-error = Error: { $what }

# What stands beside the line that is typed into.
status-not-applied = not applied
status-found = { $n } found
status-enter-runs = enter runs { $command }
status-enter-runs-it = enter runs it, esc leaves it
status-links = 1 to { $n }

# What can follow the first keys of a sequence.
which-after = After { $keys }, esc takes it back
which-title = what can follow, esc takes it back
which-more = { $n } more: ? lists all

# The screen is too small.
too-small = wiredesk needs { $cols }×{ $rows }, this is { $wide }×{ $high }

# How long ago something was.
ago-now = just now
ago-minutes = { $n } min ago
ago-hours = { $n } h ago
ago-days = { $n } days ago
