//! Words that say nothing of what an article is about, in the languages most news is written in. Among some hundred
//! articles in several languages they are not common enough to be told by counting: two German ones in an English list
//! would resemble each other by `der`, `und` and `nicht` alone.

use std::sync::LazyLock;

const EMPTY: [&str; 7] = [
    // German
    "der die das den dem des ein eine einen einem einer eines und oder aber auch als am an auf aus bei beim bis da dabei dafür dagegen \
    daher damit danach dann daran darauf daraus darüber darum darunter dass davon dazu denn dennoch derzeit deshalb dessen deren doch dort durch \
    er erst es etwa etwas für gegen gegenüber gibt habe haben hat hatte hatten hier hinter ich ihm ihn ihr ihre ihrem ihren ihrer im immer in \
    indem ins ist ja je jede jeden jeder jedes jedoch jetzt kann kein keine keinen können könnte könnten laut man mehr mehrere mit müssen muss \
    nach nachdem neben nicht nichts noch nun nur ob oft ohne sagte schon sehr sei sein seine seinem seinen seiner seit sich sie sind so sogar \
    solche soll sollen sollte sollten sondern sowie später statt über um unter viel viele vom von vor war waren was weil weitere weiter welche \
    wenn wer werde werden wie wieder will wir wird wo wollen worden wurde wurden würde würden während zu zum zur zwar zwischen zudem zuvor \
    bereits allerdings unterdessen demnach diese diesem diesen dieser dieses dies ebenfalls einige insgesamt heute gestern morgen montag \
    dienstag mittwoch donnerstag freitag samstag sonnabend sonntag uhr jahr jahre jahren tag tage tagen ganz mal so",
    // English
    "the a an and or but nor of to in on at by for from with without about after against all also although among any are as be because been \
    before being between both can could did do does during each even few first had has have he her here hers him his how i if into is it its \
    just last least less like many may me might more most much must my new no not now off once one only other our out over own per said same \
    say says she should since so some still such than that their them then there these they this those though three through time two under \
    until up upon us very was we were what when where which while who whom whose why will would year years yet you your told according \
    monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow another around ahead amid later added earlier",
    // French
    "le la les un une des du de et ou mais au aux avec sans sur sous dans par pour en ce cet cette ces il elle ils elles on nous vous je \
    que qui quoi dont où ne pas plus moins très son sa ses leur leurs est sont était étaient être été a ont avait avaient avoir fait comme si \
    se sa entre après avant depuis contre selon aussi encore même tout tous toute toutes deux trois lors ainsi alors déjà d l s c n qu",
    // Spanish
    "el la los las un una unos unas y o pero de del al a en con sin por para sobre entre desde hasta que quien cual cuyo donde cuando como si \
    no más menos muy su sus se lo le les es son era eran fue fueron ser sido ha han había haber este esta estos estas ese esa eso ya también \
    según tras ante contra durante todo todos toda todas dos tres otro otra",
    // Italian
    "il lo la i gli le un uno una e o ma di del dello della dei degli delle a al allo alla ai agli alle da dal dalla in nel nella nei con su \
    sul sulla per tra fra che chi cui dove quando come se non più meno molto suo sua suoi sue si è sono era erano essere stato stata ha hanno \
    aveva questo questa questi queste anche ancora dopo prima contro secondo tutto tutti due tre",
    // Dutch
    "de het een en of maar van voor met zonder aan op in uit bij door naar om tot over onder tussen tegen na als dan dat die dit deze wie wat \
    waar wanneer hoe niet geen meer ook nog wel al zijn was waren is heeft hebben had hadden wordt worden werd werden kan kunnen zal zullen zou \
    hij zij ze hun haar hem wij we er te",
    // Portuguese
    "o a os as um uma uns umas e ou mas de do da dos das em no na nos nas ao à aos às com sem por pelo pela para sobre entre que quem qual onde \
    quando como se não mais menos muito seu sua seus suas é são era foi foram ser sido há tem têm tinha este esta isso também já após contra \
    segundo durante todo todos dois três",
];

static NAMES: LazyLock<Vec<u32>> = LazyLock::new(|| {
    let mut names: Vec<u32> = EMPTY.iter().flat_map(|list| list.split_whitespace()).map(super::likeness::name_of).collect();
    names.sort_unstable();
    names.dedup();
    names
});

/// A bit for the lower half of each of those names: most words are none of them, and are told by it.
static MAYBE: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let mut bits = vec![0; 1 << 10];
    NAMES.iter().for_each(|name| bits[(name & 0xffff) as usize / 64] |= 1 << (name % 64));
    bits
});

/// Whether the word of this name says nothing.
pub(super) fn says_nothing(name: u32) -> bool {
    MAYBE[(name & 0xffff) as usize / 64] >> (name % 64) & 1 == 1 && NAMES.binary_search(&name).is_ok()
}
