# Die Namen der Bereiche.
pane-desk = Übersicht
pane-headlines = Schlagzeilen
pane-article = Artikel
pane-sources = Quellen

# Die Überschriften der Hilfe.
group-moving = Bewegen
group-panes = Bereiche
group-reading = Lesen
group-sharing = Weitergeben
group-marks = Kennzeichnen
group-lists = Listen
group-feeds = Feeds
group-program = Programm

# Wo ein Befehl wirkt.
place-desk = Übersicht
place-headlines = Schlagzeilen
place-article = Artikel
place-sources = Quellen
place-feeds = Feeds
place-settings = Feed-Einstellungen
place-story = Thema
place-panes-and-story = alle Bereiche, Thema
place-articles-and-story = Schlagzeilen, Artikel, Quellen, Thema
place-articles = Schlagzeilen, Artikel, Quellen
place-reading = Artikel, Quellen
place-panes = alle Bereiche
place-lists = Übersicht, Schlagzeilen
place-everywhere = überall

# Die Übersicht. Ihre Ansichten heißen so; die eigenen, wie man sie genannt hat.
desk-live = Live
desk-views = Ansichten
desk-feeds = Feeds
desk-agencies = Agenturen
desk-demo = Demo
desk-unread = { $n } ungelesen
desk-alerts = meldet Neues
desk-failed = die letzte Abfrage schlug fehl
desk-listed = jetzt aufgelistet
view-all = Alle
view-unread = Ungelesen
view-saved = Gespeichert
view-changed = Geändert

# Die Schlagzeilen.
list-untitled = ohne Titel
list-new = { $n } neu
list-waiting = { $n } neu · . zeigt sie
list-regrouped = Themen gefunden · . zeigt sie
list-articles = { $n } Artikel
list-until = bis { $when }
list-no-match = Nichts passt.
list-no-match-help = esc hebt den Filter auf, / ändert ihn.
list-all-read = Alles gelesen.
list-lists-all = listet alle Artikel auf.
list-none-yet = Noch keine Artikel.
list-being-asked = Die Feeds werden abgefragt; Artikel warten hier, sobald sie kommen.
list-ask = R fragt die Feeds jetzt ab, F zeigt, wie es ihnen geht.
list-nothing = Nichts in dieser Liste.

# Was über dem Text eines Artikels steht.
head-version = Fassung { $n } von { $of }
head-length = { $words } Wörter, { $minutes } min
head-live = live
head-posts = { $n ->
    [one] { $shown } Beitrag
   *[other] { $shown } Beiträge
}
head-followed = verfolgt
head-saved = gespeichert
head-highlights = { $n ->
    [one] { $n } Markierung
   *[other] { $n } Markierungen
}
head-changed-at = Geändert seit dem Lesen ({ $when }): d zeigt, was.
head-changed = Geändert seit dem Lesen: d zeigt, was.
head-withdrawn = Vom Absender zurückgezogen. Was hier stand, bleibt erhalten.
head-note = Notiz:
head-embargo = Sperrfrist bis { $when }. Der Text ist da und wird dann gezeigt.
head-withheld = Vom Absender gesperrt: nicht zu lesen, bis eine Fassung ohne Sperre kommt.

# Was nach ihm steht, wo er nicht vollständig ist.
tail-subscription = ein Abonnement
tail-registration = eine Anmeldung
tail-consent = eine Zustimmung
tail-beginning = Die Seite verlangt { $asks }; nur der Anfang war lesbar.
tail-nothing = Die Seite verlangt { $asks }; der Text war nicht lesbar.
tail-opens = o öffnet die Seite.
tail-pending = Der volle Text wird noch geholt; er wird hier stehen.
tail-no-text = Der Feed bringt hierzu keinen Text.
tail-opens-browser = o öffnet die Seite im Browser.
tail-all = Mehr gaben Feed und Seite nicht her; o öffnet die Seite.

# Der Artikel.
article-gone = Dieser Artikel ist nicht mehr im Speicher.
article-posts-changed = Beiträge geändert
article-shows = . zeigt sie
article-newer = Fassung { $n } ist da · ] zeigt sie
article-end = Ende
article-left = { $share } % · noch { $minutes } min
article-nothing = Nichts ist geöffnet: enter öffnet die gewählte Schlagzeile.
article-hits = { $n ->
    [one] { $n } Fundstelle
   *[other] { $n } Fundstellen
}
article-hit = Fundstelle { $n } von { $of }
article-stretching = ausdehnen: H markiert
article-choosing = wählen: v dehnt aus
article-highlighted = Markiert
picture-failed = Das Bild kam nicht: { $why }
picture-coming = Das Bild ist unterwegs.
picture-waiting = Ein Bild: geholt wird es, wenn der Artikel geöffnet wird.

# Ein Liveblog.
live-key-events = Das Wichtigste
live-new-below = ↓ neu ab hier
live-new-above = ↑ neu · bis hier gelesen ↓
live-here = Bis hier gelesen.
live-new = neu
live-key-event = wichtig
live-deleted = gelöscht
live-edited = bearbeitet
live-unchanged = { $n } unverändert

# Zwei Fassungen.
diff-title = Fassung { $new } gegen { $old }
diff-since = seit dem Lesen
diff-change = Änderung { $n } von { $of }
diff-changes = { $n ->
    [one] { $n } Änderung
   *[other] { $n } Änderungen
}
diff-gone = Eine der beiden Fassungen ist nicht mehr im Speicher.
diff-version = Fassung { $n }
diff-version-at = Fassung { $n }, { $when }
diff-words = +{ $added } −{ $removed } Wörter
diff-same = Titel und Text sagen in beiden dasselbe; anders sind nur Zeichensetzung, Reihenfolge, Quellenangaben oder was um den Text herum steht.
diff-unchanged = { $n ->
    [one] { $shown } Satz unverändert
   *[other] { $shown } Sätze unverändert
}
diff-added = neu
diff-removed = gestrichen
revised-headline = Titel
revised-text = Text
revised-number = Zahlen oder Namen
revised-quote = Zitate
revised-correction = nennt sich Korrektur
revised-credits = Quellenangaben
revised-live = Liveblog-Beiträge
revised-spelling = Schreibung
revised-withdrawn = zurückgezogen
revised-restored = wiederhergestellt

# Die Quellen. Beschriftungen haben zehn Spalten.
sources-reported = Bericht
sources-by = Von
sources-edited = Redaktion
sources-story = Thema
sources-also = Auch in
sources-dispatch = Meldung
sources-pictures = Bilder
sources-cites = Zitiert
sources-feed = Feed
sources-page = Seite
sources-says = Sagt
sources-versions = Fassungen
sources-unnamed = Agenturen, ungenannt:
sources-own = das Medium selbst
sources-none = keine Agentur genannt
sources-verbatim = eine Meldung, Wort für Wort
sources-compiled = aus mehreren zusammengestellt oder mit eigener Recherche
sources-desk = bearbeitet bei { $outlet }
sources-shared = { $share } des Textes gemeinsam
sources-behind = älter
sources-behind-take = älter: Fassung { $take } steht bei { $outlet }
sources-fetched = geholt { $when }
sources-own-texts = { $n ->
    [one] { $n } eigener Text
   *[other] { $n } eigene Texte
}
sources-probably = wahrscheinlich
sources-more = und { $n } weitere
sources-shown = die gezeigte
sources-words = { $n ->
    [one] { $signed } Wort
   *[other] { $signed } Wörter
}
sources-new-title = neuer Titel
sources-press = Pressemitteilung
sources-sure = { $share } sicher
sources-enter = enter öffnet
sources-nothing = Nichts ist geöffnet.
slot-dispatch = Meldungsnummer
slot-provider = Anbieter laut Agentur
slot-dateline = Ortsmarke
slot-tail = Kürzel am Ende
slot-data = Daten der Seite
slot-byline = Autorenzeile
slot-copyright = Copyright
slot-caption = Bildunterschrift
slot-prose = im Text
quoted = „{ $words }“

# Wie viele.
count-outlets = { $n ->
    [one] { $n } Medium
   *[other] { $n } Medien
}
count-dispatches = { $n ->
    [one] { $n } Meldung
   *[other] { $n } Meldungen
}
count-agencies = { $n ->
    [one] { $n } Agentur
   *[other] { $n } Agenturen
}
