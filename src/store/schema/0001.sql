-- What polling brings (facts) and what the reader does (marks) are apart: marks are keyed by feed and guid hash, so that
-- they outlive the article and an old one that comes back is not new. All times are microseconds since 1970, UTC.

CREATE TABLE feed (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    address     TEXT NOT NULL UNIQUE,
    subscribed  INTEGER NOT NULL DEFAULT 1,
    added       INTEGER NOT NULL,
    next        INTEGER,                        -- not asked before; NULL is now
    gone        INTEGER NOT NULL DEFAULT 0,
    paused      INTEGER NOT NULL DEFAULT 0,
    settings    TEXT NOT NULL,                  -- JSON of the model's types, here and below
    facts       TEXT NOT NULL,
    health      TEXT NOT NULL,
    validators  TEXT NOT NULL,
    rhythm      TEXT NOT NULL
);

-- Counters, kept by the triggers below: the desk never counts rows.
CREATE TABLE tally (
    feed     INTEGER PRIMARY KEY REFERENCES feed(id) ON DELETE CASCADE,
    articles INTEGER NOT NULL DEFAULT 0,
    listed   INTEGER NOT NULL DEFAULT 0,
    unread   INTEGER NOT NULL DEFAULT 0,
    saved    INTEGER NOT NULL DEFAULT 0,
    changed  INTEGER NOT NULL DEFAULT 0         -- changed, and not read since
);
CREATE TRIGGER feed_new AFTER INSERT ON feed BEGIN
    INSERT INTO tally(feed) VALUES (NEW.id);
END;

CREATE TABLE host (
    name  TEXT PRIMARY KEY,
    until INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE outlet (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);

CREATE TABLE agency (
    id     INTEGER PRIMARY KEY,
    key    TEXT NOT NULL UNIQUE,
    name   TEXT NOT NULL,
    unread INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE dispatch (
    id        INTEGER PRIMARY KEY AUTOINCREMENT
);

CREATE TABLE story (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    title    TEXT NOT NULL,
    merged   INTEGER                            -- the story that this one proved to be
);
-- Articles that the reader told apart.
CREATE TABLE cannot_link (a INTEGER NOT NULL, b INTEGER NOT NULL, PRIMARY KEY (a, b)) WITHOUT ROWID;
CREATE TABLE follow (story INTEGER PRIMARY KEY REFERENCES story(id), since INTEGER NOT NULL);
-- When the reader last looked at a story, and the newest article then.
CREATE TABLE visit (story INTEGER PRIMARY KEY REFERENCES story(id), at INTEGER NOT NULL, last INTEGER NOT NULL);
CREATE TABLE view (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, query TEXT NOT NULL, place INTEGER NOT NULL DEFAULT 0,
    alert INTEGER NOT NULL DEFAULT 0);          -- what is new in it is told at once
-- Where the reader put feeds (by id) and folders (by name) in the desk; the others stand after them by their names.
CREATE TABLE standing (folder INTEGER NOT NULL, what TEXT NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (folder, what)) WITHOUT ROWID;
-- What the reader picked in the palette, to have it first the next time.
CREATE TABLE pick (what TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
-- What the reader wrote beside an article, and the paragraphs marked in it: found again by a hash of their words.
CREATE TABLE note (feed INTEGER NOT NULL, key INTEGER NOT NULL, at INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (feed, key)) WITHOUT ROWID;
CREATE TABLE highlight (
    feed  INTEGER NOT NULL,
    key   INTEGER NOT NULL,
    hash  INTEGER NOT NULL,
    block INTEGER NOT NULL,                     -- where it stood, to tell paragraphs of the same words apart
    at    INTEGER NOT NULL,
    text  TEXT NOT NULL,
    PRIMARY KEY (feed, key, hash, block)
) WITHOUT ROWID;

-- One row of a list: all that a headline shows, no text. `read_at` and `saved_at` mirror the marks. References are checked
-- at the end of a transaction, so that filing an article is no statement that must be able to undo itself (which would
-- cost a copy of every page it touches).
CREATE TABLE article (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    feed        INTEGER NOT NULL REFERENCES feed(id) DEFERRABLE INITIALLY DEFERRED,
    key         INTEGER NOT NULL,               -- hash of the guid
    time        INTEGER NOT NULL,               -- what lists are sorted by; never changes
    listed      INTEGER NOT NULL DEFAULT 1,     -- 0 where the feed is unsubscribed and the article is not saved
    read_at     INTEGER,
    saved_at    INTEGER,
    hidden      INTEGER NOT NULL DEFAULT 0,     -- by a rule: listed no more, unless it is saved
    versions    INTEGER NOT NULL DEFAULT 1,
    seen        INTEGER NOT NULL DEFAULT 0,     -- mirrors the mark: the version that stood when it was last read
    outlets     INTEGER NOT NULL DEFAULT 1,
    outlet      INTEGER NOT NULL REFERENCES outlet(id) DEFERRABLE INITIALLY DEFERRED,
    status      INTEGER NOT NULL DEFAULT 0,
    live        INTEGER NOT NULL DEFAULT 0,
    urgency     INTEGER,
    stage       INTEGER,                        -- how far the wire's report has come
    signals     INTEGER NOT NULL DEFAULT 0,     -- what its sender says of it, a bit each
    nth         INTEGER,                        -- the number of an update or lead
    embargo     INTEGER,
    pending     INTEGER NOT NULL DEFAULT 0,     -- 1: its page is to be fetched; 2: again, after the next poll; 3: to see if it still stands
    "left"      INTEGER NOT NULL DEFAULT 0,     -- it left its feed before its time, and its page is looked at for that
    tries       INTEGER NOT NULL DEFAULT 0,
    filled      INTEGER NOT NULL DEFAULT 0,     -- the newest version's text came from the page
    dispatch    INTEGER REFERENCES dispatch(id) DEFERRABLE INITIALLY DEFERRED,
    story       INTEGER REFERENCES story(id) DEFERRABLE INITIALLY DEFERRED,
    shared      REAL NOT NULL DEFAULT 1,         -- of the dispatch's text, 0 to 1
    why         TEXT,                           -- JSON: the evidence for dispatch and story
    placed_at   INTEGER NOT NULL DEFAULT 0,     -- when dispatch or story were last found out to be others
    feed_digest INTEGER NOT NULL,               -- of the item as the feed last delivered it
    digest      INTEGER NOT NULL,               -- of the newest version
    language    TEXT,
    agencies    TEXT,                           -- JSON; NULL is none
    title       TEXT NOT NULL
);
CREATE UNIQUE INDEX article_key ON article(feed, key);
CREATE INDEX article_all ON article(time) WHERE listed = 1;
CREATE INDEX article_feed ON article(feed, time) WHERE listed = 1;
CREATE INDEX article_unread ON article(time) WHERE listed = 1 AND read_at IS NULL;
CREATE INDEX article_feed_unread ON article(feed, time) WHERE listed = 1 AND read_at IS NULL;
CREATE INDEX article_read ON article(read_at) WHERE read_at IS NOT NULL;
CREATE INDEX article_saved ON article(time) WHERE saved_at IS NOT NULL;
CREATE INDEX article_hidden ON article(time) WHERE hidden = 1;
CREATE INDEX article_changed ON article(time) WHERE listed = 1 AND versions > 1;
CREATE INDEX article_live ON article(time) WHERE listed = 1 AND live = 1;
CREATE INDEX article_story ON article(story, time) WHERE story IS NOT NULL;
CREATE INDEX article_dispatch ON article(dispatch) WHERE dispatch IS NOT NULL;
CREATE INDEX article_pending ON article(pending, feed) WHERE pending > 0;

-- Where articles belonged until then: a list that was opened before shows them where they were.
CREATE TABLE placing (
    article  INTEGER NOT NULL REFERENCES article(id) ON DELETE CASCADE,
    until    INTEGER NOT NULL,
    dispatch INTEGER,
    story    INTEGER,
    PRIMARY KEY (article, until)
) WITHOUT ROWID;
CREATE INDEX placing_story ON placing(story, until) WHERE story IS NOT NULL;
CREATE INDEX placing_dispatch ON placing(dispatch, until) WHERE dispatch IS NOT NULL;
CREATE INDEX placing_until ON placing(until);

-- Texts, each once however many versions have it.
CREATE TABLE body (
    id     INTEGER PRIMARY KEY,
    digest INTEGER NOT NULL,
    blocks BLOB NOT NULL                        -- JSON, zstd
);
CREATE INDEX body_digest ON body(digest);

-- States of an article; never changed once the text is whole.
CREATE TABLE version (
    id      INTEGER PRIMARY KEY,
    article INTEGER NOT NULL REFERENCES article(id) ON DELETE CASCADE,
    number  INTEGER NOT NULL,
    fetched INTEGER NOT NULL,
    updated INTEGER,
    words   INTEGER NOT NULL,
    body    INTEGER REFERENCES body(id),
    changes TEXT,                               -- JSON: how it differs from the one before
    title   TEXT NOT NULL,
    item    BLOB NOT NULL                       -- JSON of the item without its text, zstd
);
CREATE UNIQUE INDEX version_number ON version(article, number);
CREATE INDEX version_body ON version(body) WHERE body IS NOT NULL;

-- What the feed itself last delivered of an article whose newest text came from its page.
CREATE TABLE delivered (
    article INTEGER PRIMARY KEY REFERENCES article(id) ON DELETE CASCADE,
    body    INTEGER REFERENCES body(id),
    item    BLOB NOT NULL                       -- as in version
);
CREATE INDEX delivered_body ON delivered(body) WHERE body IS NOT NULL;

-- What recent articles are known by when new ones are compared with them.
CREATE TABLE likeness (
    article INTEGER PRIMARY KEY REFERENCES article(id) ON DELETE CASCADE,
    time    INTEGER NOT NULL,
    data    BLOB NOT NULL
);
CREATE INDEX likeness_time ON likeness(time);

CREATE TABLE live_post (
    article INTEGER NOT NULL REFERENCES article(id) ON DELETE CASCADE,
    post    TEXT NOT NULL,
    time    INTEGER,
    seen    INTEGER NOT NULL,
    read_at INTEGER,
    gone    INTEGER,                            -- deleted by its sender: since when it is missed
    data    BLOB NOT NULL,                      -- JSON, zstd
    before  BLOB,                               -- as it was before it was last edited
    PRIMARY KEY (article, post)
) WITHOUT ROWID;

-- Agencies credited for the newest version's text; `time` and `unread` mirror the article so that an agency's list is
-- one range of one index.
CREATE TABLE credit (
    agency  INTEGER NOT NULL REFERENCES agency(id) DEFERRABLE INITIALLY DEFERRED,
    time    INTEGER NOT NULL,
    article INTEGER NOT NULL REFERENCES article(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    unread  INTEGER NOT NULL,
    PRIMARY KEY (agency, time, article)
) WITHOUT ROWID;
CREATE INDEX credit_unread ON credit(agency, time, article) WHERE unread = 1;
CREATE INDEX credit_article ON credit(article);

-- The reader's marks.
CREATE TABLE mark (
    feed     INTEGER NOT NULL,
    key      INTEGER NOT NULL,
    read_at  INTEGER,
    saved_at INTEGER,
    block    INTEGER NOT NULL DEFAULT 0,
    offset   INTEGER NOT NULL DEFAULT 0,
    seen     INTEGER NOT NULL DEFAULT 0,        -- the version that stood when it was last read
    followed_at INTEGER,                        -- for itself: a live blog, or what nobody else tells yet
    gone     INTEGER,                           -- when the article outlived the rule and went
    PRIMARY KEY (feed, key)
) WITHOUT ROWID;
CREATE INDEX mark_followed ON mark(followed_at) WHERE followed_at IS NOT NULL;
CREATE TABLE tag (
    tag  TEXT NOT NULL,
    feed INTEGER NOT NULL,
    key  INTEGER NOT NULL,
    PRIMARY KEY (feed, key, tag)
) WITHOUT ROWID;
CREATE INDEX tag_tag ON tag(tag);

-- Which rule (by a hash of what it says) acted on which article: it does so once.
CREATE TABLE ruled (
    article INTEGER NOT NULL REFERENCES article(id) ON DELETE CASCADE,
    rule    INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (article, rule)
) WITHOUT ROWID;
-- What the reader is to be told of at once, and when that was done.
CREATE TABLE alert (
    article INTEGER NOT NULL REFERENCES article(id) ON DELETE CASCADE,
    version INTEGER NOT NULL,                   -- 1, or the one that corrects it
    at      INTEGER NOT NULL,
    told    INTEGER,
    why     TEXT NOT NULL,
    PRIMARY KEY (article, version)
) WITHOUT ROWID;
CREATE INDEX alert_open ON alert(at) WHERE told IS NULL;

-- When old articles were removed, and how many.
CREATE TABLE tidied (at INTEGER PRIMARY KEY, articles INTEGER NOT NULL);

-- What the reader did, to take it back.
CREATE TABLE journal (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    at     INTEGER NOT NULL,
    label  TEXT NOT NULL,
    count  INTEGER NOT NULL,
    undone INTEGER NOT NULL DEFAULT 0,
    deed   BLOB NOT NULL                        -- JSON, zstd
);

CREATE VIRTUAL TABLE fts USING fts5(
    title, body, author,
    content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', prefix = '3'
);
-- Merge the index less while filing, and the rest when there is time.
INSERT INTO fts(fts, rank) VALUES ('automerge', 8);

CREATE TRIGGER article_new AFTER INSERT ON article BEGIN
    UPDATE tally SET articles = articles + 1,
        listed = listed + NEW.listed,
        unread = unread + (NEW.listed AND NEW.read_at IS NULL),
        saved = saved + (NEW.saved_at IS NOT NULL),
        changed = changed + (NEW.listed AND NEW.versions > 1 AND (NEW.read_at IS NULL OR NEW.seen < NEW.versions))
    WHERE feed = NEW.feed;
END;
CREATE TRIGGER article_gone AFTER DELETE ON article BEGIN
    UPDATE tally SET articles = articles - 1,
        listed = listed - OLD.listed,
        unread = unread - (OLD.listed AND OLD.read_at IS NULL),
        saved = saved - (OLD.saved_at IS NOT NULL),
        changed = changed - (OLD.listed AND OLD.versions > 1 AND (OLD.read_at IS NULL OR OLD.seen < OLD.versions))
    WHERE feed = OLD.feed;
END;
CREATE TRIGGER article_marked AFTER UPDATE OF listed, read_at, saved_at, versions, seen ON article BEGIN
    UPDATE tally SET
        listed = listed + NEW.listed - OLD.listed,
        unread = unread + (NEW.listed AND NEW.read_at IS NULL) - (OLD.listed AND OLD.read_at IS NULL),
        saved = saved + (NEW.saved_at IS NOT NULL) - (OLD.saved_at IS NOT NULL),
        changed = changed + (NEW.listed AND NEW.versions > 1 AND (NEW.read_at IS NULL OR NEW.seen < NEW.versions))
            - (OLD.listed AND OLD.versions > 1 AND (OLD.read_at IS NULL OR OLD.seen < OLD.versions))
    WHERE feed = NEW.feed;
END;
CREATE TRIGGER article_seen AFTER UPDATE OF listed, read_at ON article
WHEN (NEW.listed AND NEW.read_at IS NULL) <> (OLD.listed AND OLD.read_at IS NULL) AND NEW.agencies IS NOT NULL BEGIN
    UPDATE credit SET unread = (NEW.listed AND NEW.read_at IS NULL) WHERE article = NEW.id;
END;
CREATE TRIGGER credit_new AFTER INSERT ON credit WHEN NEW.unread BEGIN
    UPDATE agency SET unread = unread + 1 WHERE id = NEW.agency;
END;
CREATE TRIGGER credit_gone AFTER DELETE ON credit WHEN OLD.unread BEGIN
    UPDATE agency SET unread = unread - 1 WHERE id = OLD.agency;
END;
CREATE TRIGGER credit_seen AFTER UPDATE OF unread ON credit WHEN OLD.unread <> NEW.unread BEGIN
    UPDATE agency SET unread = unread + NEW.unread - OLD.unread WHERE id = NEW.agency;
END;
