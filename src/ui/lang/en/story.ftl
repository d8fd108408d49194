# A story as a time line.
story-line = Time line
story-why = Why together
story-days = { $n } days
story-more = older ones are left out
story-quiet = { $span } quiet
story-quiet-now = quiet for { $span }
story-new-since = new since you were here, { $when }
story-new = new
story-first = first
story-take = take { $n }
story-select = select what does not belong, then { $key }
story-nothing-with = nothing is known to belong with it
stage-alert = alert
stage-urgent = urgent
stage-update = update
stage-wrapup = wrap-up
stage-analysis = analysis
stage-exclusive = exclusive
signal-correction = correction
signal-refile = sent again, amended
signal-repeat = repeated
signal-withdrawn = withdrawn
signal-embargo = embargo
did-withdraw = withdrew it
did-correct = corrected it
did-number = changed a number or a name
did-headline = gave it another headline
did-quote = changed a quotation
did-update = updated it
count-articles = { $n ->
    [one] { $n } article
   *[other] { $n } articles
}

# Why articles belong together.
why-alone = nothing else was found that carries its text or tells its story
why-dispatch = same dispatch
why-story = same story
why-first = the first of them
why-number = both print { $number }
why-same-number = both print the same number
why-address = both stand at the same address
why-text = the texts are equal
why-shared = { $share } % of the shorter text stands in both
why-alike = their words are { $share } % alike
why-with = with { $name }

# Two outlets side by side.
compare-title = Side by side
compare-words = { $n ->
    [one] { $n } words
   *[other] { $n } words
}
compare-both = both
compare-and = { $left } and { $right }
compare-none = no other outlet is known to carry this dispatch

# What a report is by its wire's word, before its headline.
chip-alert = ALERT
chip-urgent = URGENT
chip-update = UPDATE
chip-wrapup = WRAPUP
chip-analysis = ANALYSIS
chip-exclusive = EXCLUSIVE
chip-correction = CORR
chip-refile = REFILE
chip-repeat = REPEAT
chip-withdrawn = WITHDRAWN
chip-embargo = EMBARGO
chip-embargo-said = under embargo
chip-press = PRESS
