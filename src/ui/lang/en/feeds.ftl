# The feeds and how they fare.
feeds-counts = { $articles } articles, { $unread } unread
feeds-unread-of = { $unread } of { $articles } unread
feeds-flawed = { $n } flawed
feeds-none = No feeds yet: wiredesk add ADDRESS
feeds-gone = gone for good (410): asked no more, until it gets another address.
feeds-in-a-row = { $n } times in a row
feeds-paused = paused
feeds-polled-again = polled again
feeds-answered = answered { $ago }
feeds-never = never answered yet
feeds-next = next { $when }
feeds-asks = the server asks: { $what }

# One feed's settings.
feeds-settings = Settings
feeds-settings-of = Settings of { $feed }
feeds-password-needed = needed: a command, or keyring
feeds-needs-address = a feed needs an address
feeds-nothing-set = nothing is set here
feeds-changed = { $feed }: changed { $what }
feeds-unsubscribed = { $feed }: unsubscribed
feeds-enter-changes = enter changes it
feeds-enter-sets = enter sets it, empty unsets
feeds-password = a command that prints it, or keyring
feeds-header = Name: value
feeds-secret-header = Name: command that prints it
feeds-interval = 30 min, 2 h
