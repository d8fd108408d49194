//! Feeds as a reader meets them: taken from a pack, how they fare, and what is set for one.

use super::Desk;
use super::cache::{Cache, summit};
use crate::ui::layout::Pane;
use crate::ui::{Effect, Msg};

#[test]
fn somebody_without_feeds_takes_some_by_one_key() {
    let mut desk = Desk::open(Cache::default()).size(80, 24);
    assert!(desk.line_with("2  English").is_some() && desk.line_with("wiredesk demo").is_some(), "{}", desk.screen());
    let asked = |desk: &Desk| desk.effects.iter().filter(|e| matches!(e, Effect::Refresh(None))).count();
    assert_eq!((desk.cache.taken, asked(&desk)), (0, 0), "nothing is subscribed to unasked");
    desk.press("2");
    assert_eq!((desk.cache.taken, asked(&desk)), (2, 1));
    assert!(desk.line_with("English: 2 feeds are taken").is_some(), "{}", desk.screen());
    // Who has feeds is offered none: the digits are panes.
    let desk = Desk::open(summit()).size(80, 24).keys("2 1");
    assert_eq!((desk.cache.taken, desk.model.focus()), (0, Pane::Desk));
}

#[test]
fn feeds_that_fail_stand_on_top_in_plain_words() {
    let mut desk = Desk::open(summit()).size(120, 36).keys("F");
    let screen = desk.screen();
    let (bad, good) = (screen.find("longer than 30 seconds").unwrap(), screen.find("answered 10 min ago").unwrap());
    assert!(bad < good, "{screen}");
    desk.press("j R");
    assert!(
        matches!(desk.effects.last(), Some(Effect::Refresh(Some(_)))) || desk.effects.iter().any(|e| matches!(e, Effect::Refresh(Some(_))))
    );
    desk.press("g e ctrl-u");
    desk.types("no address");
    desk.press("enter");
    assert!(desk.line_with("Not an address").is_some(), "{}", desk.screen());
    desk.press("ctrl-u");
    desk.types("news.example/feed");
    desk.press("enter");
    assert!(desk.model.prompt.is_none());
    desk.press("D");
    assert!(desk.line_with("Kyiv Courier: unsubscribed").is_some(), "{}", desk.screen());
    desk.press("F");
    assert!(desk.model.overlay.is_none());
}

#[test]
fn the_list_of_feeds_hid_its_messages_and_its_keys_on_small_screens() {
    for (cols, rows) in [(80, 24), (60, 20), (40, 15)] {
        let mut desk = Desk::open(summit()).size(cols, rows).keys("F j");
        let named = desk.screen();
        assert!(named.contains("D unsubscribe") && named.contains("u undo"), "{named}");
        desk.press("p");
        assert!(desk.line_with("ORF.at: paused").is_some(), "{}", desk.screen());
        desk.press("D");
        assert!(desk.line_with("ORF.at: unsubscribed · u undoes").is_some(), "{}", desk.screen());
        desk.press("j u");
        let row = desk.cursor().1;
        assert!(desk.screen().lines().nth(row.into()).unwrap().contains("ORF.at"), "{}", desk.screen());
        desk.press("x");
        assert!(desk.line_with("x does nothing here").is_some(), "{}", desk.screen());
    }
}

#[test]
fn feeds_were_sorted_anew_under_the_cursor() {
    let mut desk = Desk::open(summit()).size(80, 24).keys("F j");
    let row = desk.cursor();
    desk.press("p");
    assert_eq!(desk.cursor(), row);
    assert!(desk.screen().lines().nth(row.1.into()).unwrap().contains("ORF.at"), "{}", desk.screen());
    desk.press("F F");
    assert!(!desk.screen().lines().nth(row.1.into()).unwrap().contains("ORF.at"), "{}", desk.screen());
}

#[test]
fn a_feeds_settings_are_changed_in_their_form_and_taken_back() {
    let mut desk = Desk::open(summit()).size(80, 24).keys("F j enter");
    assert!(desk.line_with("▸Settings ── ORF.at").is_some(), "{}", desk.screen());
    // A wrong value keeps the prompt open and says why; the cache is not asked.
    desk.press("j j j enter ctrl-u");
    desk.types("1 min");
    desk.press("enter");
    assert!(desk.line_with("too often").is_some(), "{}", desk.screen());
    assert_eq!(desk.cache.feeds[0].settings.interval, Some(1800));
    desk.press("ctrl-u");
    desk.types("2h");
    desk.press("enter");
    assert_eq!(desk.cache.feeds[0].settings.interval, Some(7200));
    assert!(desk.line_with("every 2 h").is_some() && desk.line_with("changed interval · u undoes").is_some(), "{}", desk.screen());
    desk.press("u");
    assert_eq!(desk.cache.feeds[0].settings.interval, Some(1800));
    // What has a few values takes the next one.
    desk.press("j enter");
    assert!(desk.line_with("full text       always").is_some(), "{}", desk.screen());
    desk.press("x");
    assert!(desk.line_with("full text       auto").is_some(), "{}", desk.screen());
    desk.press("x");
    assert!(desk.line_with("nothing is set here").is_some(), "{}", desk.screen());
    desk.press("esc");
    assert!(desk.line_with("▸Feeds").is_some(), "{}", desk.screen());
    desk.press("esc");
    assert!(desk.model.overlay.is_none());
}

#[test]
fn a_password_typed_into_an_address_stays_off_the_screen_and_out_of_the_cache() {
    let mut desk = Desk::open(summit()).size(120, 36).keys("F e ctrl-u");
    desk.types("https://you:opensesame@feeds.example/3");
    desk.press("enter");
    assert!(!desk.screen().contains("opensesame"), "{}", desk.screen());
    assert!(!format!("{:?}", desk.cache.feeds[2]).contains("opensesame"));
    assert_eq!(desk.cache.feeds[2].settings.user.as_deref(), Some("you"));
    desk.press("enter");
    assert!(desk.line_with("needed: a command, or keyring").is_some(), "{}", desk.screen());
    // Nor is a password taken for the command that prints it.
    desk.press("j j j j j j j j enter");
    desk.types("opensesame");
    desk.press("enter");
    assert!(desk.line_with("never typed here").is_some(), "{}", desk.screen());
    assert!(!desk.screen().contains("opensesame"), "{}", desk.screen());
    assert_eq!(desk.cache.feeds[2].settings.password, None);
    // A header's value is not on the screen either.
    desk.press("esc esc j enter");
    assert!(desk.line_with("X-Client").is_some() && !desk.screen().contains("tell nobody"), "{}", desk.screen());
}

#[test]
fn settings_of_a_feed_that_is_gone_meanwhile_close() {
    let mut desk = Desk::open(summit()).size(80, 24).keys("F j enter");
    desk.cache.feeds.remove(0);
    desk.send(Msg::CacheChanged);
    assert!(desk.line_with("▸Feeds").is_some(), "{}", desk.screen());
}
