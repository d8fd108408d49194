# Der Bildschirm in Sätzen.
linear-filter = Filter { $filter }
linear-articles = { $n ->
    [one] { $shown } Artikel
   *[other] { $shown } Artikel
}
linear-row = Zeile { $n }
linear-waiting = { $n } neue warten, Punkt zeigt sie
linear-regrouped = Themen gefunden, Punkt zeigt sie
linear-part = Gehört dazu:
linear-read = Gelesen
linear-unread = Ungelesen
linear-changed = geändert seit dem Lesen
linear-versions = { $n } Fassungen
linear-agencies = { $n ->
    [one] Agentur: { $names }
   *[other] Agenturen: { $names }
}
linear-press = { $n ->
    [one] Pressemitteilung von { $names }
   *[other] Pressemitteilungen von { $names }
}
linear-outlets = in { $n } Medien
linear-unread-of = { $n } davon ungelesen
linear-listed = darunter aufgelistet
linear-lists = x listet sie auf
linear-selected = Gewählt:
linear-keys = Tasten:

# Zeichen, wie eine Stimme sie spräche.
said-outlets = Medien
said-then = dann
said-percent = Prozent
said-minus = minus
said-plus = plus

# Was in einem Text für das steht, was kein Text ist.
text-heading = Überschrift:
text-quote = Zitat:
text-embedded = Eingebettet:
text-picture = [Bild]
text-picture-said = Bild:
text-link = Link { $n }
