//! The small words that frame a credit, in the languages of the agencies: cues before it, conjunctions in it, dates,
//! job titles and picture words around it. Data, and the few tests over it; all lower case.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Cues that open a byline: `Von: APA/AFP`.
const BYLINE: &str = "\
    written by|reported by|reporting by|story by|von|by|par|por|di|door|af|av|text|texte|texto|testo|autor|autorin|author|auteur|\
    autore|redaktion|napsal|yazan|автор|от|a cura di|teksti|piše|пише|szerző|autors|autorius|redakcija|συντάκτης|کاتب";

/// Cues that open a source line: `Quelle: dpa`.
const SOURCE: &str = "\
    weitere quellen|other sources|additional sources|quellen|quelle|sources|source|fuentes|fuente|fontes|fonte|fonti|bronnen|bron|\
    kilder|kilde|källor|källa|lähteet|lähde|źródło|źródła|zdroje|zdroj|forrás|источник|источники|джерело|извор|izvor|sursa|surse|\
    vir|viri|kaynak|πηγή|sumber|nguồn|出典|提供|来源|來源|출처|agentur|agency|agence|agenzia|agencia|verwendete quellen|quellenangabe|\
    fonte agenzia|sursă|šaltinis|avots|allikas|източник|источник информации|theo|المصدر|المصادر|منبع|ماخذ|स्रोत|ที่มา|מקור|agencija|agenția";

/// Phrases that open a list of what else went into the text. What cannot be read beside the agencies does no harm.
const MATERIAL: &str = "\
    mit material der|mit material von|mit material|mit informationen der|mit informationen von|mit informationen des|\
    mit informationen|mit agenturmaterial von|mit agenturmaterial|mit agenturen|mit agenturmaterial der|mit agenturmaterial von|mit inhalten der|mit inhalten von|mit angaben der|\
    mit angaben von|mit meldungen der|mit meldungen von|unter verwendung von material der|unter verwendung von material von|\
    unter verwendung von|unter mitarbeit von|zusätzliches material von|additional reporting by|additional reporting from|\
    additional reporting|additional material by|additional material from|reporting contributed by|with reporting by|\
    with reporting from|with additional reporting by|with additional reporting from|with files from|with file from|with a file from|with inputs from|\
    with input from|with agency inputs from|inputs from|with contributions from|with information from|with material from|\
    contains information from|this article contains information from|this story includes reporting from|\
    this report includes information from|this article includes reporting from|con información de|con informacion de|con datos de|\
    con material de|con notas de|avec des informations de|avec les informations de|avec le concours de|con informazioni di|\
    com informações da|com informações de|com informações do|com agência|med bidrag från|med material från|met medewerking van|\
    met informatie van|med materiale fra|na podstawie|na podst.|s využitím|с использованием материалов|по материалам|за матеріалами|по материали на|με πληροφορίες από|\
    με πληροφορίες|avec des infos de|com informação da|con informaciones de|dengan laporan|met bijdragen van|med information från|\
    source des informations";

/// Joins between the units of a chain.
const CONJ: &str = "\
    und and et y e i og och ja mit with avec con via sowie a és ve com met med και и і та";

/// Those of [`CONJ`] that say: put together with it.
const WITH: &str = "\
    mit with avec con com met med";

/// Words before an agency's name that add nothing.
const ARTICLES: &str = "\
    the der die den dem des la le les l il lo el los las o os as de da do d nachrichtenagentur nachrichtenagenturen agentur \
    presseagentur tiskovna agencija агентство агентства информагентство وكالة وكالات خبرگزاری unserer unserem unser our onze agence agences agenzia agencia agência agentura agencja agencji newswire wire copyright quelle persbureau \
    material informationen von from by корр кор";

/// Words after an agency's name that add nothing.
const AFTER: &str = "\
    news agency wire newswire wires newsagency gmbh inc ltd staff reporter reporters writer writers correspondent correspondents \
    inputs input files editor korrespondent korrespondentin reporterin journaliste journalist contributor bureau desk report reports";

/// Words of a job title between an agency and [`AFTER`]: `AP National Political Writer`.
const TITLE: &str = "\
    national political sports sport business science medical technology tech white house chief senior diplomatic economics \
    entertainment film tennis golf football basketball baseball hockey foreign special investigative legal military music health \
    climate religion racing auto airlines food fashion pro";

/// Months and their short forms, weekdays, and words that stand in printed times.
const TIME: &str = "\
    lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo maandag dinsdag woensdag \
    donderdag vrijdag zaterdag zondag hétfő kedd szerda csütörtök péntek szombat vasárnap pondělí úterý středa čtvrtek pátek sobota neděle \
    poniedziałek wtorek środa czwartek piątek niedziela januar jänner februar feber märz april mai juni juli august september oktober november dezember january february march may june \
    july october december jan feb mar mär apr jun jul aug sep sept oct okt nov dec dez montag dienstag mittwoch donnerstag freitag \
    samstag sonnabend sonntag monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun uhr am pm et est \
    edt gmt utc bst ist cet mesz mez um at à a.m p.m stand updated aktualisiert janvier février mars avril juin juillet août aout \
    septembre octobre novembre décembre janv févr juil déc gennaio febbraio marzo aprile maggio giugno luglio agosto settembre \
    ottobre dicembre gen mag giu lug ago set ott dic enero ene febrero abril abr mayo junio julio septiembre octubre noviembre \
    diciembre janeiro fevereiro março maio junho julho setembro outubro novembro dezembro fev out de del ore ora marts maj januari \
    februari maart mei augustus augusti mrt desember heinäkuuta elokuuta ledna února března dubna května června července srpna září \
    října listopadu prosince januára februára apríla mája júna júla augusta septembra októbra novembra decembra stycznia lutego \
    marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia siječnja veljače ožujka travnja svibnja \
    lipnja srpnja kolovoza rujna prosinca januara februara juna jula avgusta avgust января февраля марта апреля мая июня июля \
    августа сентября октября ноября декабря янв фев мар апр июн июл авг сен окт ноя дек січня лютого березня квітня травня червня \
    липня серпня вересня жовтня листопада грудня ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık január \
    február március április május június július augusztus szeptember október ianuarie februarie martie aprilie iunie iulie \
    septembrie octombrie noiembrie decembrie published posted veröffentlicht publiziert erstellt publié publicado pubblicato et \
    январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь януари февруари април юни юли септември октомври \
    ноември декември јануари април мај јуни јули јануара фебруара марта априла маја јуна јула августа септембра октобра новембра \
    децембра januārī janvāris februāris marts aprīlis maijs jūnijs jūlijs augusts septembris oktobris novembris decembris jaanuar \
    veebruar märts aprill juuni juuli sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugp rugsėjo spalio lapkričio \
    gruodžio d ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου \
    janar shkurt prill maj qershor korrik gusht shtator tetor nëntor dhjetor ogos agustus";

/// Words that mark a line as one about a picture.
const PICTURE: &str = "\
    foto fotos photo photos photograph photography photographer photographie bild bilder bildquelle image images picture pictures \
    grafik graphic infografik illustration video symbolbild symbolfoto archivbild archivfoto screenshot getty handout pool bildfunk \
    titelbild aufmacherbild fotograf imagen immagine fotografía fotografia fotoğraf фото zdjęcie fot kuva kép bilde beeld 写真 사진 \
    photocredit imagecredit imagecopyright thumbnail cover karte afptv";

/// Turns that say in a sentence of its own where a text comes from: `The Associated Press contributed to this report.`
const DISCLOSURE: &str = "\
    contributed to this|contributed to the report|contributed reporting|has contributed|enthält material|\
    wurde mit material|was used in this|story was reported by|originally appeared at|originally appeared on|first appeared on|report was produced by|distributed by|nachrichtenfeed|newsfeed der|dpa-feed|automatisiert von|automatisiert übernommen|\
    automatisierten angebots|von der nachrichtenagentur|meldung der nachrichtenagentur|was produced by|was first published by|\
    originally published by|syndicated feed from|news agency feed|ont contribué à cet article|a contribué à cet article|\
    contribuyó a este|contribuyeron a este|ha contribuito a questo|haben zu diesem|hat zu diesem|trugen zu diesem";

/// Lines that open what belongs to other articles.
const RELATED: &str = "\
    more from|more on|more in|more stories|read more|read also|also read|related|recommended|most read|most popular|trending|latest|\
    top stories|up next|sponsored|you may also|don't miss|see also|mehr von|mehr zum|mehr aus|mehr lesen|mehr dazu|lesen sie|\
    auch interessant|das könnte|weitere artikel|weitere themen|weitere meldungen|verwandte|meistgelesen|empfehlungen|zum thema|\
    aus dem ressort|nächster artikel|à lire|lire aussi|sur le même|plus d'|les plus lus|le fil|articles les plus|leer más|lee también|\
    te puede|más noticias|más leíd|relacionad|noticias relacion|leggi anche|potrebbe interess|più lett|lees ook|meer over|læs også|\
    læs mere|les også|les mer|läs också|läs mer|mest läst|leia também|leia mais|veja também|mais lidas|czytaj też|czytaj także|\
    zobacz także|přečtěte|čtěte|čítajte|citeste si|citește și|читайте|смотрите|ilgili haberler|olvasta már";

/// Verbs and prepositions that make an agency in running text the source of what is said.
const REPORTING: &str = "\
    laut zufolge berichtet berichtete berichteten berichten meldet meldete meldeten melden gegenüber sagte bericht berichts zitiert \
    zitierte nachrichtenagentur nachrichtenagenturen agentur agenturangaben schreibt schrieb teilte angaben erfuhr told according \
    reported reports reporting report said says agency quoted cited citing quoting wrote writes selon rapporte rapporté déclaré \
    agence indiqué secondo riporta riferisce agenzia según informó informa dijo declaró agencia confirmó segundo disse agência \
    explicó señaló destacó apprend auprès volgens meldt persbureau aldus enligt ifølge skriver opplyser oplyser mukaan kertoo podle \
    uvedla řekla sdělila sdělil przekazał przekazała powiedział zegt meldde schrijft säger uppger rapporterar sier melder siger sagde \
    oplyste kertoi söyledi aktardı duyurdu transmite relatează prenosi preneo prenijela пренася съобщава съобщи предава цитиран повідомив \
    повідомила передає передаёт пишет μεταδίδει ذكرت أفادت نقلت قالت agentura agentury agentuře řekl według podała agencja agencji poinformowała podľa prema javlja сообщает сообщил сообщила \
    передает заявил агентство агентству агентства повідомляє göre ajansı bildirdi közölte szerint mondta";

/// What ends with one of these is the outlet's own desk: `TOI staff`, `MM-Redaktion`.
const DESK: &str = "\
    staff redaktion newsdesk newsroom redacción redazione rédaction onlineredaktion redaksjonen red desk team redactie redacció redação redacção redakce redakcja redakcia redakcija \
    redakció szerkesztőség redaksiya редакция редакція редакција toimitus toimetus";

/// What ends with one of these, after capitals or plain adjectives, is several agencies unnamed: `Post wires`.
const COLLECTIVE: &str = "\
    agenturen agencies wires agenturmaterial agenturmeldungen nachrichtenagenturen agences agencias agenzie agenties byråer \
    agências agentury agencje агентства nyhedsbureauer nyhetsbyråer ajanslar агенции агенції агенције agencije agenții agenţii agentúry \
    ügynökségek uutistoimistot agencijos aģentūras πρακτορεία وكالات";

/// Before “agencies” these make them something else.
const TRADE: &str = "\
    advertising intelligence government security rating ratings travel employment federal state enforcement aid space health relief \
    estate letting leasing staffing temp casting talent booking digital creative media pr marketing weather water energy food drug \
    spy modeling modelling welfare estate letting betting regulatory un u.n werbe geheimdienst";

/// Words that close a dispatch: `Lusa/Fim`.
const END: &str = "\
    fim fin fine ende slut slutt loppu koniec konec";

/// Two words that end a desk: `Staff Report`.
const DESK_TWO: &[(&str, &str)] = &[("staff", "report"), ("staff", "reports"), ("staff", "reporter"), ("staff", "writer"), ("web", "desk")];

/// Two words that end a collective the same.
const COLLECTIVE_TWO: &[(&str, &str)] =
    &[("wire", "services"), ("wire", "reports"), ("wire", "service"), ("news", "services"), ("agency", "reports")];

/// Name particles that stand inside a person's name in lower case.
const PARTICLES: &str = "\
    von van de der den da di del della dos du la le bin al el zu ter ten y e af av";

/// A mark for each word of a set, by its first letters, its last and its length: it tells nearly all words apart from all
/// of the set's, in any case, without a copy in lower case or a hash of the whole.
#[derive(Clone, Debug)]
pub(super) struct Shapes(Vec<u64>);

impl Default for Shapes {
    fn default() -> Self {
        Self(vec![0; 512])
    }
}

/// A word's place among the 32,768 marks of [`Shapes`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark(usize, u64);

impl Mark {
    /// The word's mark, the same in any case. Beyond ASCII only its length in characters and such first and last letters
    /// as are ASCII count, since bytes depend on the case there; that is still the same for nearly every word, and who
    /// adds one like `İHA` adds it in both cases.
    #[inline]
    pub(super) fn of(word: &str) -> Self {
        let bytes = word.as_bytes();
        let fold = |b: u8| if b < 0x80 { u64::from(b | 0x20) } else { 0 };
        let last = bytes.last().copied().map_or(0, fold);
        let ascii = bytes.iter().fold(0, |all, b| all | b) < 0x80;
        let (first, len) = if ascii {
            (bytes.iter().take(3).fold(0, |all, b| all << 8 | fold(*b)), bytes.len())
        } else {
            (bytes.first().copied().map_or(0, fold), word.chars().count() + 64)
        };
        let mark = ((first << 16 | last << 8) + len as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 49;
        Self((mark >> 6) as usize, 1 << (mark & 63))
    }
}

impl Shapes {
    /// Adds a word.
    pub(super) fn add(&mut self, word: &str) {
        let Mark(at, bit) = Mark::of(word);
        self.0[at] |= bit;
    }

    /// Whether a word of this mark may be in the set.
    pub(super) fn has(&self, Mark(at, bit): Mark) -> bool {
        self.0[at] & bit != 0
    }

    /// Whether the set may have `word`.
    pub(super) fn may_have(&self, word: &str) -> bool {
        !word.is_empty() && self.has(Mark::of(word))
    }
}

/// A set of words in lower case.
struct Set {
    words: HashSet<&'static str>,
    shapes: Shapes,
}

impl Set {
    fn new(list: &'static str) -> Self {
        let mut shapes = Shapes::default();
        list.split(' ').for_each(|w| shapes.add(w));
        Self { words: list.split(' ').collect(), shapes }
    }

    /// Whether it has `word`, which is in lower case.
    fn has(&self, word: &str) -> bool {
        self.shapes.may_have(word) && self.words.contains(word)
    }
}

macro_rules! sets {
    ($($(#[$doc:meta])* $name:ident = $list:ident;)*) => {$(
        $(#[$doc])*
        pub(super) fn $name(word: &str) -> bool {
            static SET: LazyLock<Set> = LazyLock::new(|| Set::new($list));
            SET.has(word)
        }
    )*};
}
sets! {
    /// A join between units.
    conj = CONJ;
    /// A word of a printed date or time.
    time = TIME;
    /// A word that makes an agency beside it the source of what is said.
    reporting = REPORTING;
    /// A word before an agency's name that adds nothing.
    article = ARTICLES;
    /// A word after an agency's name that adds nothing.
    after = AFTER;
    /// A word of a job title.
    title = TITLE;
    /// The outlet's own desk.
    desk = DESK;
    /// Agencies, unnamed.
    collective = COLLECTIVE;
    /// A word that makes “agencies” another trade's.
    trade = TRADE;
    /// A word that closes a dispatch.
    end = END;
    /// A particle inside a person's name.
    particle = PARTICLES;
}

/// A word, in any case, that makes a line one about a picture.
pub(super) fn picture(word: &str) -> bool {
    static SET: LazyLock<Set> = LazyLock::new(|| Set::new(PICTURE));
    SET.shapes.may_have(word) && SET.words.contains(word.to_lowercase().as_str())
}

/// Whether a join says “put together with”.
pub(super) fn with(word: &str) -> bool {
    WITH.split(' ').any(|w| w == word)
}

/// Whether two words end a desk.
pub(super) fn desk_two(a: &str, b: &str) -> bool {
    DESK_TWO.contains(&(a, b))
}

/// Whether two words end a collective.
pub(super) fn collective_two(a: &str, b: &str) -> bool {
    COLLECTIVE_TWO.contains(&(a, b))
}

/// Whether a line (in lower case) says in a sentence where the text comes from.
pub(super) fn disclosure(low: &str) -> bool {
    DISCLOSURE.split('|').any(|d| low.contains(d))
}

/// Whether a line opens what belongs to other articles.
pub(super) fn related(line: &str) -> bool {
    RELATED.split('|').any(|r| begins(line, r).is_some_and(|end| r.len() > 6 || word_ends(&line[end..])))
}

/// What a cue opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cue {
    /// `Von: `
    Byline,
    /// `Quelle: `
    Source,
    /// `Mit Material von `
    Material,
}

/// The cue at the start of a line and what follows it. The longest cue wins (`Con información de` before `Con`).
pub(super) fn cue(line: &str) -> Option<(Cue, &str)> {
    /// The cues by their first letter.
    static CUES: LazyLock<HashMap<char, Vec<(Cue, &str)>>> = LazyLock::new(|| {
        let mut cues: HashMap<char, Vec<(Cue, &str)>> = HashMap::new();
        for (cue, list) in [(Cue::Material, MATERIAL), (Cue::Source, SOURCE), (Cue::Byline, BYLINE)] {
            for words in list.split('|') {
                cues.entry(words.chars().next().unwrap_or_default()).or_default().push((cue, words));
            }
        }
        cues
    });
    let first = line.chars().next()?.to_lowercase().next()?;
    let mut best: Option<(Cue, usize, usize)> = None;
    for &(cue, words) in CUES.get(&first)? {
        if let Some(end) = starts(line, words)
            && best.is_none_or(|b| words.len() > b.2)
        {
            best = Some((cue, end, words.len()));
        }
    }
    let (cue, end, _) = best?;
    let rest = line[end..].trim_start_matches([' ', ':', '：', '•', '|', '=', '·']);
    // A source cue is a sentence's first word as often as not; the colon tells them apart.
    let marked = line[end..].trim_start().starts_with([':', '：', '•', '|', '=', '·']);
    match cue {
        Cue::Source if !marked && rest.split_whitespace().count() > 3 => None,
        _ => Some((cue, rest)),
    }
}

/// Whether `line` starts with `words` (lower case) in any case, and a word ends there: the byte offset behind them.
pub(super) fn starts(line: &str, words: &str) -> Option<usize> {
    begins(line, words).filter(|end| word_ends(&line[*end..]))
}

fn word_ends(rest: &str) -> bool {
    rest.chars().next().is_none_or(|c| !c.is_alphanumeric() && c != '-' && c != '\'' && c != '’' && c != '.')
}

/// The same, also where the word goes on.
fn begins(line: &str, words: &str) -> Option<usize> {
    let mut at = line.char_indices();
    let mut end = 0;
    for want in words.chars() {
        let (i, c) = at.next()?;
        if c != want && c.to_lowercase().next() != Some(want) {
            return None;
        }
        end = i + c.len_utf8();
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_never_miss_a_word_of_theirs() {
        let mut shapes = Shapes::default();
        ["dpa", "reuters", "ap", "kath.ch", "новости", "ria новости", "größe"].iter().for_each(|w| shapes.add(w));
        for word in ["dpa", "DPA", "Dpa", "Reuters", "AP", "KATH.CH", "Новости", "НОВОСТИ", "RIA Новости", "GRÖßE", "Größe"]
        {
            assert!(shapes.may_have(word), "{word}");
        }
        let others =
            ["", "der", "Minister", "a", "Bericht", "Regierung", "the", "said", "which", "Donnerstag", "percent", "für", "Gespräche"];
        assert!(others.iter().filter(|w| shapes.may_have(w)).count() <= 1);
    }

    #[test]
    fn the_longest_cue_wins() {
        assert_eq!(cue("Von: APA/AFP"), Some((Cue::Byline, "APA/AFP")));
        assert_eq!(cue("Con información de EFE"), Some((Cue::Material, "EFE")));
        assert_eq!(cue("Weitere Quellen • AP"), Some((Cue::Source, "AP")));
        assert_eq!(cue("QUELLE: dpa"), Some((Cue::Source, "dpa")));
        assert_eq!(cue("Vonovia wächst"), None);
        assert_eq!(cue("Quellen der Donau sind es viele"), None);
    }
}
