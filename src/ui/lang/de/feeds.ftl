# Die Feeds und wie es ihnen geht.
feeds-counts = { $articles } Artikel, { $unread } ungelesen
feeds-unread-of = { $unread } von { $articles } ungelesen
feeds-flawed = { $n } mangelhaft
feeds-none = Noch keine Feeds: wiredesk add ADRESSE
feeds-gone = auf Dauer fort (410): nicht mehr abgefragt, bis es eine andere Adresse gibt.
feeds-in-a-row = { $n }-mal hintereinander
feeds-paused = ruht
feeds-polled-again = wieder abgefragt
feeds-answered = Antwort { $ago }
feeds-never = noch nie geantwortet
feeds-next = wieder { $when }
feeds-asks = der Server verlangt: { $what }

# Die Einstellungen eines Feeds.
feeds-settings = Einstellungen
feeds-settings-of = Einstellungen von { $feed }
feeds-password-needed = nötig: ein Befehl oder keyring
feeds-needs-address = ein Feed braucht eine Adresse
feeds-nothing-set = hier ist nichts gesetzt
feeds-changed = { $feed }: { $what } geändert
feeds-unsubscribed = { $feed }: abbestellt
feeds-enter-changes = enter ändert sie
feeds-enter-sets = enter setzt es, leer hebt es auf
feeds-password = ein Befehl, der es ausgibt, oder keyring
feeds-header = Name: Wert
feeds-secret-header = Name: Befehl, der ihn ausgibt
feeds-interval = 30 min, 2 h
