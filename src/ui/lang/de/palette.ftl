# Die Palette.
palette-title = Suchen
palette-type = Tippen sucht
palette-found-for = gefunden für { $typed }
palette-heading = Suchen: { $typed }, { $n } Zeilen, enter öffnet, esc schließt
palette-asked = wird als Nächstes gefragt
palette-key = Taste
palette-looking = sucht im Speicher …
palette-what = Befehl, Feed, Ansicht, Thema, Agentur, Schlagwort, Gespeichertes
palette-wait = Sucht …
palette-none = Nichts hat diese Buchstaben. Die Rücktaste nimmt den letzten weg.
palette-followed = { $n } ungelesen, verfolgt
palette-saved = { $n } gespeichert
palette-enter-tags = enter vergibt es

# Was eine Zeile ist.
kind-command = Befehl
kind-story = Thema
kind-blog = Liveblog
kind-view = Ansicht
kind-folder = Ordner
kind-feed = Feed
kind-agency = Agentur
kind-tag = Schlagwort
kind-saved = Artikel
