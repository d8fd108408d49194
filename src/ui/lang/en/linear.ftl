# The screen in sentences.
linear-filter = filter { $filter }
linear-articles = { $n ->
    [one] { $shown } article
   *[other] { $shown } articles
}
linear-row = row { $n }
linear-waiting = { $n } new wait, press . to show them
linear-regrouped = stories were found, press . to show them
linear-part = Part of it:
linear-read = Read
linear-unread = Unread
linear-changed = changed since you read it
linear-versions = { $n } versions
linear-agencies = { $n ->
    [one] agency: { $names }
   *[other] agencies: { $names }
}
linear-press = { $n ->
    [one] press release of { $names }
   *[other] press releases of { $names }
}
linear-outlets = in { $n } outlets
linear-unread-of = { $n } of it unread
linear-listed = listed below
linear-lists = x lists them
linear-selected = Selected:
linear-keys = Keys:

# Signs as a voice would say them.
said-outlets = outlets
said-then = then
said-percent = percent
said-minus = minus
said-plus = plus

# What stands in a text for what is no text.
text-heading = Heading:
text-quote = Quote:
text-embedded = Embedded:
text-picture = [picture]
text-picture-said = Picture:
text-link = link { $n }
