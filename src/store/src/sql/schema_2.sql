-- Version 2, the first that later ones must still read. The log is the truth; everything below `-- projections` can be made again from it.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;

-- One chain for each topic and origin. Its end is its last entry, which the next write touches anyway; where the topic was
-- archived, the entries up to `base_number` are gone and the end may be there.
CREATE TABLE chain (
    id          INTEGER PRIMARY KEY,
    topic       TEXT NOT NULL,
    origin      BLOB NOT NULL,
    base_number INTEGER NOT NULL DEFAULT 0,
    base_hash   BLOB,
    -- What the first entry says of the chain before it.
    after_origin BLOB,
    after_number INTEGER,
    UNIQUE (topic, origin)
);

-- Append-only. state: 0 applied, 1 held, 2 waiting for `document`, 3 withheld, 4 erased.
-- signature: none in the middle of a run. document: which one the body is about.
CREATE TABLE entry (
    chain       INTEGER NOT NULL,
    number      INTEGER NOT NULL,
    kind        INTEGER NOT NULL,
    body_hash   BLOB NOT NULL,
    body_len    INTEGER NOT NULL,
    header_hash BLOB NOT NULL,
    signature   BLOB,
    body        BLOB,
    state       INTEGER NOT NULL,
    reason      TEXT,
    document    BLOB,
    PRIMARY KEY (chain, number)
) WITHOUT ROWID;
CREATE INDEX entry_document ON entry (document) WHERE document IS NOT NULL;
-- The few bodies that are in no record. Queries say `state <> 0` as well: SQLite sees no other way that the index serves.
CREATE INDEX entry_state ON entry (state, chain, number) WHERE state <> 0;

-- Entries whose number another one has: a name under which two disks wrote. Kept beside the chain, never applied.
CREATE TABLE fork (
    topic       TEXT NOT NULL,
    origin      BLOB NOT NULL,
    number      INTEGER NOT NULL,
    header_hash BLOB NOT NULL,
    previous    BLOB NOT NULL,
    kind        INTEGER NOT NULL,
    body_hash   BLOB NOT NULL,
    body_len    INTEGER NOT NULL,
    signature   BLOB,
    body        BLOB,
    PRIMARY KEY (topic, origin, number, header_hash)
) WITHOUT ROWID;

-- How far a peer was last known to hold each chain: what a bundle leaves out, and what may be archived.
CREATE TABLE confirmed (
    peer   BLOB NOT NULL,
    topic  TEXT NOT NULL,
    origin BLOB NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (peer, topic, origin)
) WITHOUT ROWID;

-- What went wrong between replicas: one row for each kind, device and topic, with how often and since when.
CREATE TABLE incident (
    kind    INTEGER NOT NULL,
    who     BLOB NOT NULL,
    topic   TEXT NOT NULL,
    detail  TEXT NOT NULL,
    times   INTEGER NOT NULL,
    first   INTEGER NOT NULL,
    last    INTEGER NOT NULL,
    PRIMARY KEY (kind, who, topic)
) WITHOUT ROWID;

-- projections

-- Admitted changes by document. what: 0 fact (content: the encoded fact), 1 fields (content: the change).
CREATE TABLE item (
    document BLOB NOT NULL,
    change   BLOB NOT NULL,
    kind     INTEGER NOT NULL,
    what     INTEGER NOT NULL,
    content  BLOB NOT NULL,
    chain    INTEGER NOT NULL,
    number   INTEGER NOT NULL,
    PRIMARY KEY (document, change)
) WITHOUT ROWID;

-- In which topics an item is available: kept by the centre only, which carries records into other topics.
CREATE TABLE placed (
    document BLOB NOT NULL,
    topic    TEXT NOT NULL,
    change   BLOB NOT NULL,
    PRIMARY KEY (document, topic, change)
) WITHOUT ROWID;

CREATE TABLE fields (
    document BLOB PRIMARY KEY,
    kind     INTEGER NOT NULL,
    fields   BLOB NOT NULL
) WITHOUT ROWID;
-- The few documents that are no person's: venues, slots, doctors, lots, accounts, settings, devices.
CREATE INDEX fields_reference ON fields (kind) WHERE kind > 1;

CREATE TABLE card (
    key       BLOB PRIMARY KEY,
    version   INTEGER NOT NULL,
    body_hash BLOB NOT NULL,
    card      BLOB NOT NULL
) WITHOUT ROWID;

-- What the centre's words about the log come to, by kind and subject.
CREATE TABLE control (
    kind    INTEGER NOT NULL,
    subject BLOB NOT NULL,
    value   BLOB NOT NULL,
    PRIMARY KEY (kind, subject)
) WITHOUT ROWID;

CREATE TABLE person (
    document     BLOB PRIMARY KEY,
    municipality TEXT NOT NULL,
    voucher      TEXT NOT NULL,
    name         TEXT,
    kana         TEXT,
    birth        TEXT,
    -- The kana, or else the name, folded for comparison (domain's SearchKey).
    name_key     TEXT
) WITHOUT ROWID;
CREATE INDEX person_voucher ON person (voucher);
-- One probe finds the same name and birth date; in order, it is the search by name (by kana, the youngest first).
CREATE INDEX person_name ON person (name_key, birth DESC) WHERE name_key IS NOT NULL;

-- One row for each visit: of a booking, or of somebody who came without one.
CREATE TABLE visit (
    document   BLOB NOT NULL,
    visit      TEXT NOT NULL,
    venue      TEXT NOT NULL,
    day        TEXT NOT NULL,
    start      INTEGER,
    slot       TEXT,
    product    TEXT,
    dose       INTEGER,
    cancelled  INTEGER NOT NULL,
    checked_in INTEGER,
    outcome    INTEGER,
    outcome_at INTEGER,
    unsettled  INTEGER NOT NULL,
    PRIMARY KEY (document, visit)
) WITHOUT ROWID;
CREATE INDEX visit_day ON visit (venue, day, start);

CREATE TABLE review (
    document BLOB NOT NULL,
    place    INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    urgent   INTEGER NOT NULL,
    since    INTEGER,
    PRIMARY KEY (document, place)
) WITHOUT ROWID;
