# Was eine Taste bewirkt hat.
act-means-nothing = { $keys } bewirkt hier nichts · { $help } zeigt die Hilfe
act-no-posts = hier gibt es keine Liveblog-Beiträge
act-oldest-posts = älteste Beiträge zuerst, ab der letzten Stelle
act-newest-posts = neueste Beiträge zuerst
act-pictures = Bilder werden gezeigt
act-captions = nur die Bildunterschriften werden gezeigt
act-no-pictures = hier keine Bilder: `wiredesk doctor` sagt, warum
act-justified = Blocksatz
act-ragged = Flattersatz
act-not-saved = nicht mehr gespeichert
act-read = gelesen
act-unread = ungelesen
act-none-above = weiter oben nichts Ungelesenes
act-none-below = weiter unten nichts Ungelesenes
act-none-beyond = dahinter nichts Ungelesenes
act-nothing-new = nichts Neues wartet
act-asking = die Feeds werden abgefragt
act-asking-one = dieser Feed wird abgefragt
search-none-above = weiter oben nichts gefunden
search-none-below = weiter unten nichts gefunden
groups-by-story = hier ist jede Zeile ein Artikel · b ordnet nach Themen
groups-alone = nur dieser Artikel berichtet darüber
groups-story = eine Zeile ist ein Thema · b ändert das
groups-dispatch = eine Zeile ist eine Meldung · b ändert das
groups-article = eine Zeile ist ein Artikel · b ändert das
undoes-by = { $done } · { $key } nimmt es zurück
alerts = { $n } Alarme

# Von Fassung zu Fassung.
versions-first = das ist die erste Fassung
versions-newest = das ist die neueste Fassung
versions-next = das ist die erste Fassung: ] zeigt die nächste
versions-unchanged = nichts hat sich geändert
versions-none-above = weiter oben keine Änderung
versions-none-below = weiter unten keine Änderung
versions-embargo = der Artikel hat eine Sperrfrist

# Eine Notiz zu einem Artikel.
note-title = Notiz
note-heading = Notiz zu { $title }: Zeile { $line }, esc behält sie, ctrl-c lässt sie, wie sie war
note-keeps = behält sie
note-leaves = lässt sie, wie sie war

# Was darin markiert ist.
marks-title = Markierungen
marks-heading = Markierungen: { $n }, enter geht hin, x entfernt sie, esc schließt
marks-gone = nicht mehr im Text
marks-gone-said = Nicht mehr im Text.
marks-goes = geht hin
marks-takes-off = entfernt sie
marks-closes = schließt
marks-none = nichts ist markiert: { $choose } wählt Absätze, { $mark } markiert sie
marks-words-gone = diese Worte stehen nicht mehr im Text
