# Was getan wurde und was es zurücknimmt.
undoes = u nimmt es zurück

# Die Hilfe.
help-title = Hilfe
help-heading = Hilfe: Tippen sucht, esc schließt
help-heading-searched = Hilfe: gesucht { $words }, esc schließt
help-about = { $place } · Tippen sucht, esc schließt
help-search = suchen
help-elsewhere = Anderswo
help-in = in: { $place }
help-none = Kein Befehl passt. Rücktaste oder esc erweitert die Suche.
help-no-key = keine Taste
help-or = oder
help-more = weiter unten mehr

# Die Zeile, in die man tippt.
prompt-tag = Schlagwort
prompt-link = Link
prompt-pipe = übergeben an
prompt-import = Datei importieren
import-hint = OPML, newsboats urls oder cache.db, JSON von FreshRSS oder Miniflux
import-begun = { $path } wird importiert
prompt-filter = Filter:
prompt-no-links = dieser Text hat keine Links
prompt-links = { $n ->
    [one] dieser Text hat einen Link: 1
   *[other] dieser Text hat die Links 1 bis { $n }
}

# Ansichten und Ordner.
views-name = Name der Ansicht
views-folder-name = Name des Ordners
views-folder = Ordner
views-keeps = enter behält sie in der Übersicht
views-renames = enter benennt um
views-within = Welt/Asien ist einer im anderen; leer ist keiner
views-there = das steht schon in der Übersicht: { $label }
views-feed-title = der Titel eines Feeds ist eine seiner Einstellungen: F, dann enter
views-only-own-names = umbenennen lassen sich nur eigene Ansichten und Ordner
views-only-feeds = in einen Ordner passt nur ein Feed
views-only-own-alert = melden können nur eigene Ansichten; V macht aus einer Liste eine
views-only-movable = verschieben lassen sich nur Feeds, Ordner und eigene Ansichten
views-only-own-removed = entfernen lassen sich nur eigene Ansichten; F zeigt die Feeds

# Ein Artikel wird geöffnet, kopiert, weitergegeben.
share-title = der Titel
share-exporting = Export läuft …
share-handed = übergeben an { $command } · esc bricht ab
share-no-address = dieser Artikel hat keine Adresse
share-opening = öffnet { $what }
share-markdown = ein Markdown-Link
share-copied = kopiert: { $what }
share-no-paragraph = hier ist kein Absatz
share-paragraphs = { $n ->
    [one] der Absatz
   *[other] { $n } Absätze
}
share-still-runs = der letzte Befehl läuft noch; esc bricht ihn ab
share-stopping = der Befehl wird abgebrochen

# Worauf der Name einer Liste endet, je nach Ordnung.
order-outlet = nach Medium
order-tag = nach Schlagwort
order-old = älteste zuerst

# Die erste Minute.
welcome-title = Willkommen bei wiredesk.
welcome-key = Noch gibt es keine Feeds. Eine Taste holt welche:
welcome-quit = Noch gibt es keine Feeds. Mit
welcome-or-quit = Oder mit
welcome-type = beenden und eingeben:
welcome-add = die Adresse eines Feeds oder einer Seite, deren Feeds gefunden werden
welcome-import = was ein anderes Leseprogramm hat
welcome-import-about = eine Datei mit Feeds: OPML, newsboat, FreshRSS, Miniflux
welcome-demo = ein Gipfeltag zum Nachspielen; braucht kein Netz
welcome-taken = { $name }: { $n } Feeds bestellt, ihre Nachrichten sind unterwegs
