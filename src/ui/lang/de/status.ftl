# Die unterste Zeile: was die Abfrage tut.
status-polling = fragt ab
status-polling-of = fragt ab { $done }/{ $total }
status-pages-to-fetch = { $n ->
    [one] { $n } Seite zu holen
   *[other] { $n } Seiten zu holen
}
status-pages = { $n ->
    [one] { $n } Seite
   *[other] { $n } Seiten
}
status-new = { $n } neu
status-elsewhere = anderswo abgefragt
status-next = Abfrage { $when }
status-soon = Abfrage gleich
status-seconds = { $n } s
status-live = live
status-now = jetzt
status-failed = { $n } gestört

# Hinweise, die zu dem passen, was gerade geschieht.
status-next-change = nächste Änderung
status-next-hit = nächste Stelle

# Ein Hinweis zum Vorlesen.
status-error = Fehler: { $what }

# Was neben der Eingabe steht.
status-not-applied = nicht angewandt
status-found = { $n } gefunden
status-enter-runs = enter startet { $command }
status-enter-runs-it = enter startet es, esc lässt es
status-links = 1 bis { $n }

# Was auf die ersten Tasten einer Folge folgen kann.
which-after = Nach { $keys }, esc nimmt es zurück
which-title = was folgen kann, esc nimmt es zurück
which-more = { $n } mehr: ? zeigt alle

# Der Bildschirm ist zu klein.
too-small = wiredesk braucht { $cols }×{ $rows }, hier sind { $wide }×{ $high }

# Wie lange etwas her ist.
ago-now = gerade eben
ago-minutes = vor { $n } min
ago-hours = vor { $n } h
ago-days = vor { $n } Tagen
