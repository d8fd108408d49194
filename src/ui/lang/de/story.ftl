# Ein Thema als Verlauf.
story-line = Verlauf
story-why = Warum zusammen
story-days = { $n } Tage
story-more = ältere sind weggelassen
story-quiet = { $span } Ruhe
story-quiet-now = Ruhe seit { $span }
story-new-since = neu seit dem letzten Besuch, { $when }
story-new = neu
story-first = zuerst
story-take = Fassung { $n }
story-select = wählen, was nicht dazugehört, dann { $key }
story-nothing-with = dazu ist nichts Zugehöriges bekannt
stage-alert = Blitz
stage-urgent = Eil
stage-update = Update
stage-wrapup = Überblick
stage-analysis = Analyse
stage-exclusive = exklusiv
signal-correction = Korrektur
signal-refile = neu gesendet, berichtigt
signal-repeat = wiederholt
signal-withdrawn = zurückgezogen
signal-embargo = Sperrfrist
did-withdraw = zog zurück
did-correct = korrigierte
did-number = änderte eine Zahl oder einen Namen
did-headline = änderte den Titel
did-quote = änderte ein Zitat
did-update = aktualisierte
count-articles = { $n ->
    [one] { $n } Artikel
   *[other] { $n } Artikel
}

# Warum Artikel zusammengehören.
why-alone = nichts anderes gefunden, das diesen Text bringt oder davon berichtet
why-dispatch = dieselbe Meldung
why-story = dasselbe Thema
why-first = der erste von ihnen
why-number = beide tragen { $number }
why-same-number = beide tragen dieselbe Nummer
why-address = beide stehen an derselben Adresse
why-text = die Texte sind gleich
why-shared = { $share } % des kürzeren Textes stehen in beiden
why-alike = ihre Wörter gleichen sich zu { $share } %
why-with = mit { $name }

# Zwei Medien nebeneinander.
compare-title = Nebeneinander
compare-words = { $n ->
    [one] { $n } Wort
   *[other] { $n } Wörter
}
compare-both = beide
compare-and = { $left } und { $right }
compare-none = von keinem anderen Medium ist bekannt, dass es diese Meldung bringt

# Was ein Bericht nach dem Wort seiner Agentur ist, vor dem Titel.
chip-alert = BLITZ
chip-urgent = EIL
chip-update = UPDATE
chip-wrapup = ÜBERBLICK
chip-analysis = ANALYSE
chip-exclusive = EXKLUSIV
chip-correction = KORR
chip-refile = NEU GESENDET
chip-repeat = WDH
chip-withdrawn = WIDERRUFEN
chip-embargo = SPERRFRIST
chip-embargo-said = unter Sperrfrist
chip-press = PRESSE
