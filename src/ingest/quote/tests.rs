//! Paragraphs and who is quoted in them, as a table of examples.

use super::*;

/// A paragraph (or more, a line each) and who is quoted in it: “speaker: first words”, with `?` where it is only probable.
const ENGLISH: &[(&str, &[&str])] = &[
    ("“We will not sail before dawn,” said Harbourmaster Ellingsund.", &["Harbourmaster Ellingsund: We will not"]),
    ("“We will not sail before dawn,” Ellingsund said on Monday.", &["Ellingsund: We will not"]),
    ("\"The pier is closed until further notice,\" the port authority said.", &["the port authority: The pier is"]),
    ("“The pier is closed for good,” Anna Brandacher, the mayor, said.", &["Anna Brandacher: The pier is"]),
    ("“Nobody was hurt in the storm,” said Anna Brandacher, the mayor.", &["Anna Brandacher: Nobody was hurt"]),
    ("“It was loud and dark,” said Tilvara. “Then the lights went out.”", &["Tilvara: It was loud", "Tilvara: Then the lights"]),
    ("“It was loud and dark,” Tilvara told reporters. “Then the lights went out.”", &["Tilvara: It was loud", "Tilvara: Then the lights"]),
    ("Anna Brandacher opened the session.\n“This is a hard day,” Brandacher said.", &["Anna Brandacher: This is a"]),
    ("Marquart said: “The verdict stands as it is.”", &["Marquart?: The verdict stands"]),
    ("He called the plan “half baked” and left.", &[]),
    ("The film “A Winter in Velmora and After” opens on Friday.", &[]),
    ("“The tunnel is safe to use,” said an engineer of the company.", &["an engineer of the company: The tunnel is"]),
    ("“We were never asked,” she said. Residents agreed.", &["she: We were never"]),
    ("Mayor Anna Brandacher was angry. “We were never asked,” she said.", &["Anna Brandacher: We were never"]),
    ("“Is this the end of it?” asked Okonwerth.", &["Okonwerth: Is this the"]),
    ("“Stop the boats right now!” Okonwerth wrote.", &["Okonwerth: Stop the boats"]),
    ("“Yes,” said Okonwerth.", &[]),
    ("The minister left. “Nothing is decided as yet.” The talks go on.", &[]),
    ("“The ferry is late again”, according to Solheimer.", &["Solheimer: The ferry is"]),
    ("“We expect a long night,” a spokeswoman for the coastguard said.", &["a spokeswoman for the coastguard: We expect a"]),
    ("“It is over,” said the coach, “and we know it well.”", &["the coach: and we know"]),
    ("An odd mark “ stands here. \"We go on as before,\" said Tilvara.", &["Tilvara: We go on"]),
    ("“The bridge will reopen in May,” Judge Marquart added.", &["Judge Marquart: The bridge will"]),
];

const GERMAN: &[(&str, &[&str])] = &[
    ("„Wir fahren nicht vor dem Morgen“, sagte Hafenmeister Ellingsund.", &["Hafenmeister Ellingsund: Wir fahren nicht"]),
    ("„Wir fahren nicht vor dem Morgen“, sagte Ellingsund am Montag.", &["Ellingsund: Wir fahren nicht"]),
    ("»Der Tunnel ist für alle sicher«, betonte Solheimer gegenüber dem Boten.", &["Solheimer: Der Tunnel ist"]),
    ("\"Das war ein schwerer Tag\", so Brandacher.", &["Brandacher: Das war ein"]),
    ("„Das war ein schwerer Tag“, erklärte die Bürgermeisterin im Rathaus.", &["die Bürgermeisterin: Das war ein"]),
    ("„Es war laut und dunkel“, sagte Tilvara. „Dann ging das Licht aus.“", &["Tilvara: Es war laut", "Tilvara: Dann ging das"]),
    ("Anna Brandacher eröffnete die Sitzung.\n„Heute zählt nur die Sicherheit“, sagte Brandacher.", &["Anna Brandacher: Heute zählt nur"]),
    ("Marquart sagte: „Das Urteil bleibt, wie es ist.“", &["Marquart?: Das Urteil bleibt,"]),
    ("Er nannte den Plan „halb gar“ und ging.", &[]),
    ("Der Film „Ein Winter in Velmora und danach“ läuft am Freitag an.", &[]),
    ("„Wir wurden nie gefragt“, kritisierte sie. Die Anwohner nickten.", &["sie: Wir wurden nie"]),
    ("Bürgermeisterin Anna Brandacher war verärgert. „Wir wurden nie gefragt“, sagte sie.", &["Anna Brandacher: Wir wurden nie"]),
    ("„Ist das jetzt das Ende?“, fragte Okonwerth.", &["Okonwerth: Ist das jetzt"]),
    ("„Ja“, sagte Okonwerth.", &[]),
    ("Die Ministerin ging. „Noch ist gar nichts entschieden.“ Die Gespräche dauern an.", &[]),
    ("„Die Fähre kommt heute nicht mehr“, teilte die Reederei mit.", &["die Reederei: Die Fähre kommt"]),
    (
        "„Wir rechnen mit einer langen Nacht“, sagte ein Sprecher der Küstenwache nach dem Unfall.",
        &["ein Sprecher der Küstenwache: Wir rechnen mit"],
    ),
    ("„Die Brücke öffnet wieder im Mai“, kündigte Richter Marquart an.", &["Richter Marquart: Die Brücke öffnet"]),
    ("„Der Hafen bleibt bis morgen zu“, hieß es am Abend.", &[]),
    ("„So etwas habe ich nie gesehen“, schrieb Karl von Oberlinden auf seiner Seite.", &["Karl von Oberlinden: So etwas habe"]),
    ("„Die Lage ist unter Kontrolle“, fügte der Feuerwehrkommandant hinzu.", &["der Feuerwehrkommandant: Die Lage ist"]),
];

const OTHERS: &[(&str, &[&str])] = &[
    ("« Le ferry ne partira pas ce soir », a déclaré Marquart.", &["Marquart: Le ferry ne"]),
    ("« Nous avons tout vérifié deux fois », explique le capitaine.", &["le capitaine: Nous avons tout"]),
    ("«El puerto sigue cerrado por hoy», dijo Solheimer.", &["Solheimer: El puerto sigue"]),
    ("«No habrá más salidas esta semana», afirmó la alcaldesa.", &["la alcaldesa: No habrá más"]),
];

fn found(text: &str) -> Vec<String> {
    let body: Vec<Block> = text.lines().map(Block::paragraph).collect();
    let line = |q: Quote| {
        let head: Vec<&str> = q.words.split_whitespace().take(3).collect();
        format!("{}{}: {}", q.speaker, if q.confidence < 0.9 { "?" } else { "" }, head.join(" "))
    };
    quotes(&body).into_iter().map(line).collect()
}

/// Precision and recall over a table, printed; and what is wrong.
fn score(name: &str, cases: &[(&str, &[&str])]) -> (f64, f64) {
    let (mut right, mut said, mut wanted) = (0, 0, 0);
    for (text, expected) in cases {
        let got = found(text);
        let good = got.iter().filter(|g| expected.contains(&g.as_str())).count();
        if good < got.len().max(expected.len()) {
            println!("{name}: {text}\n  wanted {expected:?}\n  got    {got:?}");
        }
        right += good;
        said += got.len();
        wanted += expected.len();
    }
    let (p, r) = (f64::from(right as u32) / f64::from(said as u32), f64::from(right as u32) / f64::from(wanted as u32));
    println!("{name}: {} cases, precision {p:.3}, recall {r:.3}", cases.len());
    (p, r)
}

#[test]
fn speakers_are_found_and_nobody_is_made_to_say_what_he_did_not() {
    for (name, cases) in [("English", ENGLISH), ("German", GERMAN), ("French and Spanish", OTHERS)] {
        let (precision, recall) = score(name, cases);
        assert!(precision >= 0.95 && recall >= 0.9, "{name}: {precision:.3} {recall:.3}");
    }
}

#[test]
fn any_marks_in_any_order_are_survived() {
    for text in ["“", "””„„««", "\"\"\"", "»a«b“c", "„“, sagte", "“Q w e r t,” said", "\u{201c}\u{301}\u{201d}, said \u{301}"]
    {
        let _ = found(text);
    }
}
