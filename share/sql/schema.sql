-- The schema of a casework store: one template for two engines.
--
-- store_create() writes it into a new database. Words in capitals stand for what an engine calls them:
--   ID      a row's own id, a 64-bit integer that the engine hands out      (SQLite: INTEGER PRIMARY KEY)
--   INT64   a 64-bit integer; moments are microseconds UTC, truths 0 or 1   (SQLite: INTEGER)
--   BYTES   bytes                                                           (SQLite: BLOB)
--   TEXT, REAL, STRICT   as they stand
--   BYID    ends an index with the row's own id                             (SQLite: nothing, every index does)
--   KEYED   ends a table whose rows lie in its primary key                  (SQLite: WITHOUT ROWID, STRICT)
-- Comments are left out of what is stored.
--
-- Enumerations are spelt out with OR: for an IN of more than two SQLite makes and fills a table whenever a statement
-- checks it, which doubled the cost of writing a case.
-- Every index names the query it serves. Columns that are sorted by are NOT NULL. The keys of customer records that a
-- case or a record carries are no foreign keys: a reference to a record that is not there must not lose the request.

-- The store's own facts, one row. head_*: the journal chain of the subject "store".
CREATE TABLE store (
    one INT64 PRIMARY KEY CHECK (one = 1),
    schema_version INT64 NOT NULL,
    store_id TEXT NOT NULL,
    simulation INT64 NOT NULL CHECK (simulation IN (0, 1)),
    config_repo TEXT,
    config_ref TEXT,
    proxies TEXT,
    secret BYTES NOT NULL,
    head_seq INT64 NOT NULL,
    head_hash BYTES NOT NULL,
    created_at INT64 NOT NULL
) STRICT;

-- Customer records, by their keys. Free-form members in `data`; seq and hash are the journal head; active 0 is retired.
CREATE TABLE account (
    key TEXT NOT NULL PRIMARY KEY,
    seq INT64 NOT NULL,
    hash BYTES NOT NULL,
    active INT64 NOT NULL CHECK (active IN (0, 1)),
    name TEXT,
    parent TEXT,
    tier TEXT,
    region TEXT,
    time_zone TEXT,
    currency TEXT,
    customer INT64 NOT NULL CHECK (customer IN (0, 1)),
    partner INT64 NOT NULL CHECK (partner IN (0, 1)),
    data TEXT
) KEYED;
-- crm_referrer: whoever refers to a record that is to be deleted. So all that say no more than this.
CREATE INDEX account_parent ON account (parent) WHERE parent IS NOT NULL;

CREATE TABLE account_relationship (
    key TEXT NOT NULL PRIMARY KEY,
    seq INT64 NOT NULL,
    hash BYTES NOT NULL,
    active INT64 NOT NULL CHECK (active IN (0, 1)),
    "from" TEXT NOT NULL,
    "to" TEXT NOT NULL,
    type TEXT NOT NULL,
    reverse TEXT,
    starts_at INT64,
    ends_at INT64,
    data TEXT
) KEYED;
-- account_related.
CREATE INDEX account_relationship_pair ON account_relationship ("from", "to");
-- crm_referrer.
CREATE INDEX account_relationship_to ON account_relationship ("to");

CREATE TABLE contact (
    key TEXT NOT NULL PRIMARY KEY,
    seq INT64 NOT NULL,
    hash BYTES NOT NULL,
    active INT64 NOT NULL CHECK (active IN (0, 1)),
    account TEXT,
    name TEXT,
    email TEXT,
    phone TEXT,
    emails TEXT,
    phones TEXT,
    language TEXT,
    time_zone TEXT,
    accounts TEXT,
    data TEXT
) KEYED;
-- crm_referrer.
CREATE INDEX contact_account ON contact (account) WHERE account IS NOT NULL;
-- Those that have a list of links, to be read for crm_referrer.
CREATE INDEX contact_accounts ON contact (key) WHERE accounts IS NOT NULL;

CREATE TABLE consumer (
    key TEXT NOT NULL PRIMARY KEY,
    seq INT64 NOT NULL,
    hash BYTES NOT NULL,
    active INT64 NOT NULL CHECK (active IN (0, 1)),
    name TEXT,
    email TEXT,
    phone TEXT,
    emails TEXT,
    phones TEXT,
    language TEXT,
    time_zone TEXT,
    data TEXT
) KEYED;

-- Normalised e-mail addresses and phone numbers of contacts and consumers: person_by_address.
CREATE TABLE address (
    address TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind = 'contact' OR kind = 'consumer'),
    person TEXT NOT NULL,
    PRIMARY KEY (address, kind, person)
) KEYED;
-- crm_save: the addresses of a person are written anew.
CREATE INDEX address_person ON address (person, kind);

CREATE TABLE household (
    key TEXT NOT NULL PRIMARY KEY,
    seq INT64 NOT NULL,
    hash BYTES NOT NULL,
    active INT64 NOT NULL CHECK (active IN (0, 1)),
    name TEXT,
    members TEXT,
    data TEXT
) KEYED;

-- Who was ever in a household: households_of. The dates are in the household.
CREATE TABLE household_member (
    consumer TEXT NOT NULL,
    household TEXT NOT NULL,
    PRIMARY KEY (consumer, household)
) KEYED;
-- crm_save: the members of a household are written anew.
CREATE INDEX household_member_household ON household_member (household);

CREATE TABLE product (
    key TEXT NOT NULL PRIMARY KEY,
    seq INT64 NOT NULL,
    hash BYTES NOT NULL,
    active INT64 NOT NULL CHECK (active IN (0, 1)),
    name TEXT,
    parent TEXT,
    model TEXT,
    version TEXT,
    data TEXT
) KEYED;
-- crm_referrer.
CREATE INDEX product_parent ON product (parent) WHERE parent IS NOT NULL;

CREATE TABLE sold_product (
    key TEXT NOT NULL PRIMARY KEY,
    seq INT64 NOT NULL,
    hash BYTES NOT NULL,
    active INT64 NOT NULL CHECK (active IN (0, 1)),
    name TEXT,
    parent TEXT,
    product TEXT,
    account TEXT,
    consumer TEXT,
    starts_at INT64,
    ends_at INT64,
    data TEXT
) KEYED;
-- crm_referrer.
CREATE INDEX sold_product_parent ON sold_product (parent) WHERE parent IS NOT NULL;
CREATE INDEX sold_product_product ON sold_product (product) WHERE product IS NOT NULL;
CREATE INDEX sold_product_account ON sold_product (account) WHERE account IS NOT NULL;
CREATE INDEX sold_product_consumer ON sold_product (consumer) WHERE consumer IS NOT NULL;

CREATE TABLE location (
    key TEXT NOT NULL PRIMARY KEY,
    seq INT64 NOT NULL,
    hash BYTES NOT NULL,
    active INT64 NOT NULL CHECK (active IN (0, 1)),
    name TEXT,
    parent TEXT,
    account TEXT,
    address TEXT,
    city TEXT,
    region TEXT,
    country TEXT,
    time_zone TEXT,
    data TEXT
) KEYED;
-- crm_referrer.
CREATE INDEX location_parent ON location (parent) WHERE parent IS NOT NULL;
CREATE INDEX location_account ON location (account) WHERE account IS NOT NULL;

CREATE TABLE ci (
    key TEXT NOT NULL PRIMARY KEY,
    seq INT64 NOT NULL,
    hash BYTES NOT NULL,
    active INT64 NOT NULL CHECK (active IN (0, 1)),
    name TEXT,
    class TEXT,
    criticality INT64 NOT NULL CHECK (criticality BETWEEN 0 AND 4),
    data TEXT
) KEYED;

CREATE TABLE ci_relation (
    key TEXT NOT NULL PRIMARY KEY,
    seq INT64 NOT NULL,
    hash BYTES NOT NULL,
    active INT64 NOT NULL CHECK (active IN (0, 1)),
    "from" TEXT NOT NULL,
    "to" TEXT NOT NULL,
    type TEXT NOT NULL,
    strength REAL,
    data TEXT
) KEYED;
-- crm_referrer.
CREATE INDEX ci_relation_from ON ci_relation ("from");
CREATE INDEX ci_relation_to ON ci_relation ("to");

-- The ways in which failure spreads along the active relations: impact_walk, in both directions.
CREATE TABLE ci_edge (
    dependent TEXT NOT NULL,
    cause TEXT NOT NULL,
    relation TEXT NOT NULL,
    PRIMARY KEY (dependent, cause, relation)
) KEYED;
CREATE INDEX ci_edge_cause ON ci_edge (cause, dependent);
-- crm_save: the edges of a relation are written anew.
CREATE INDEX ci_edge_relation ON ci_edge (relation);

-- One row: how often items, relations and assets were changed, by transactions.
CREATE TABLE ci_revision (
    one INT64 PRIMARY KEY CHECK (one = 1),
    revision INT64 NOT NULL
) STRICT;

CREATE TABLE asset (
    key TEXT NOT NULL PRIMARY KEY,
    seq INT64 NOT NULL,
    hash BYTES NOT NULL,
    active INT64 NOT NULL CHECK (active IN (0, 1)),
    name TEXT,
    product TEXT,
    sold_product TEXT,
    account TEXT,
    consumer TEXT,
    location TEXT,
    ci TEXT,
    serial TEXT,
    lifecycle TEXT,
    contacts TEXT,
    data TEXT
) KEYED;
-- impact_owners: who has an asset on an item; covering. crm_referrer.
CREATE INDEX asset_ci ON asset (ci, account, consumer, active) WHERE ci IS NOT NULL;
-- crm_referrer.
CREATE INDEX asset_sold_product ON asset (sold_product) WHERE sold_product IS NOT NULL;
CREATE INDEX asset_account ON asset (account) WHERE account IS NOT NULL;
CREATE INDEX asset_consumer ON asset (consumer) WHERE consumer IS NOT NULL;
CREATE INDEX asset_location ON asset (location) WHERE location IS NOT NULL;
-- Those that have a list of links, to be read for crm_referrer.
CREATE INDEX asset_contacts ON asset (key) WHERE contacts IS NOT NULL;

CREATE TABLE contract (
    key TEXT NOT NULL PRIMARY KEY,
    seq INT64 NOT NULL,
    hash BYTES NOT NULL,
    active INT64 NOT NULL CHECK (active IN (0, 1)),
    account TEXT,
    consumer TEXT,
    name TEXT,
    state TEXT
        CHECK (state = 'draft' OR state = 'active' OR state = 'expired' OR state = 'cancelled' OR
               state = 'suspended'),
    starts_at INT64,
    ends_at INT64,
    renewed_from TEXT,
    data TEXT
) KEYED;
-- crm_referrer.
CREATE INDEX contract_account ON contract (account) WHERE account IS NOT NULL;
CREATE INDEX contract_consumer ON contract (consumer) WHERE consumer IS NOT NULL;
CREATE INDEX contract_renewed_from ON contract (renewed_from) WHERE renewed_from IS NOT NULL;

CREATE TABLE contract_line (
    key TEXT NOT NULL PRIMARY KEY,
    seq INT64 NOT NULL,
    hash BYTES NOT NULL,
    active INT64 NOT NULL CHECK (active IN (0, 1)),
    contract TEXT,
    name TEXT,
    product TEXT,
    sold_product TEXT,
    asset TEXT,
    state TEXT
        CHECK (state = 'draft' OR state = 'active' OR state = 'expired' OR state = 'cancelled' OR
               state = 'suspended'),
    starts_at INT64,
    ends_at INT64,
    data TEXT
) KEYED;
-- crm_referrer.
CREATE INDEX contract_line_contract ON contract_line (contract) WHERE contract IS NOT NULL;
CREATE INDEX contract_line_product ON contract_line (product) WHERE product IS NOT NULL;
CREATE INDEX contract_line_sold_product ON contract_line (sold_product) WHERE sold_product IS NOT NULL;
CREATE INDEX contract_line_asset ON contract_line (asset) WHERE asset IS NOT NULL;

-- used, reserved: of its units; what is reserved is counted in entitlement_use, in the transaction of what it counts.
CREATE TABLE entitlement (
    key TEXT NOT NULL PRIMARY KEY,
    seq INT64 NOT NULL,
    hash BYTES NOT NULL,
    active INT64 NOT NULL CHECK (active IN (0, 1)),
    account TEXT,
    consumer TEXT,
    product TEXT,
    sold_product TEXT,
    asset TEXT,
    contract TEXT,
    contract_line TEXT,
    channel TEXT
        CHECK (channel = 'web' OR channel = 'email' OR channel = 'phone' OR channel = 'chat' OR
               channel = 'virtual_agent' OR channel = 'api' OR channel = 'social' OR channel = 'monitoring' OR
               channel = 'walk_in'),
    level TEXT,
    state TEXT
        CHECK (state = 'draft' OR state = 'active' OR state = 'expired' OR state = 'cancelled' OR
               state = 'suspended'),
    starts_at INT64,
    ends_at INT64,
    units INT64,
    used INT64,
    reserved INT64 NOT NULL DEFAULT 0,
    renewed_from TEXT,
    data TEXT
) KEYED;
-- entitlement_candidates: each entitlement is in the index of the most particular thing it names, so that what is bound
-- to a line is not read for every case of its product.
CREATE INDEX entitlement_asset ON entitlement (asset) WHERE asset IS NOT NULL;
CREATE INDEX entitlement_sold_product ON entitlement (sold_product)
    WHERE sold_product IS NOT NULL AND asset IS NULL;
CREATE INDEX entitlement_account ON entitlement (account)
    WHERE account IS NOT NULL AND sold_product IS NULL AND asset IS NULL;
CREATE INDEX entitlement_consumer ON entitlement (consumer)
    WHERE consumer IS NOT NULL AND account IS NULL AND sold_product IS NULL AND asset IS NULL;
CREATE INDEX entitlement_contract ON entitlement (contract)
    WHERE contract IS NOT NULL AND consumer IS NULL AND account IS NULL AND sold_product IS NULL AND asset IS NULL;
-- Those that name nothing, too.
CREATE INDEX entitlement_product ON entitlement (product, key)
    WHERE contract IS NULL AND consumer IS NULL AND account IS NULL AND sold_product IS NULL AND asset IS NULL;
-- A few near misses, bound to another asset of the account, for the explanation.
CREATE INDEX entitlement_near ON entitlement (account, key) WHERE account IS NOT NULL AND asset IS NOT NULL;
-- crm_referrer: the entitlements that name it but are in the index of something more particular. What the conditions above
-- do not say is what these do, so that none is taken for another.
CREATE INDEX entitlement_more_product ON entitlement (product)
    WHERE product IS NOT NULL AND coalesce(contract, consumer, account, sold_product, asset) IS NOT NULL;
CREATE INDEX entitlement_more_contract ON entitlement (contract)
    WHERE contract IS NOT NULL AND coalesce(consumer, account, sold_product, asset) IS NOT NULL;
CREATE INDEX entitlement_more_consumer ON entitlement (consumer)
    WHERE consumer IS NOT NULL AND coalesce(account, sold_product, asset) IS NOT NULL;
CREATE INDEX entitlement_more_account ON entitlement (account)
    WHERE account IS NOT NULL AND coalesce(sold_product, asset) IS NOT NULL;
CREATE INDEX entitlement_more_sold_product ON entitlement (sold_product)
    WHERE sold_product IS NOT NULL AND asset IS NOT NULL;
-- crm_referrer.
CREATE INDEX entitlement_contract_line ON entitlement (contract_line) WHERE contract_line IS NOT NULL;
CREATE INDEX entitlement_renewed_from ON entitlement (renewed_from) WHERE renewed_from IS NOT NULL;

-- load: the sum of the sizes charged for active cases, changed in the transaction of what it counts; last_assigned_at
-- goes with it.
CREATE TABLE agent (
    key TEXT NOT NULL PRIMARY KEY,
    seq INT64 NOT NULL,
    hash BYTES NOT NULL,
    active INT64 NOT NULL CHECK (active IN (0, 1)),
    name TEXT,
    groups TEXT,
    skills TEXT,
    capacity INT64,
    calendar TEXT,
    presence TEXT
        CHECK (presence = 'available' OR presence = 'away' OR presence = 'offline'),
    load INT64 NOT NULL DEFAULT 0,
    last_assigned_at INT64,
    data TEXT
) KEYED;

-- Who is in a group: agent_members.
CREATE TABLE agent_group (
    group_name TEXT NOT NULL,
    agent TEXT NOT NULL REFERENCES agent (key),
    PRIMARY KEY (group_name, agent)
) KEYED;
-- crm_save: the groups of an agent are written anew.
CREATE INDEX agent_group_agent ON agent_group (agent);

CREATE TABLE article (
    key TEXT NOT NULL PRIMARY KEY,
    seq INT64 NOT NULL,
    hash BYTES NOT NULL,
    active INT64 NOT NULL CHECK (active IN (0, 1)),
    title TEXT,
    body TEXT,
    product TEXT,
    category TEXT,
    language TEXT,
    data TEXT
) KEYED;
-- crm_referrer.
CREATE INDEX article_product ON article (product) WHERE product IS NOT NULL;

-- Records that were deleted: should one of the same key be made again, its journal goes on from here.
CREATE TABLE deleted_record (
    subject TEXT NOT NULL PRIMARY KEY,
    seq INT64 NOT NULL,
    hash BYTES NOT NULL
) KEYED;

-- The hot row of a case. hash: of its last event; arrival: keyed digest of the record as it came; size: what assigned_to
-- was charged; priority_by: who set the priority by hand. active repeats what state says, so that the indexes on open
-- work are only written when a case enters or leaves them, not with every state.
CREATE TABLE cases (
    id ID,
    number TEXT NOT NULL UNIQUE,
    seq INT64 NOT NULL,
    hash BYTES NOT NULL,
    arrival BYTES NOT NULL,
    active INT64 NOT NULL
        CHECK (active = CASE WHEN state = 'new' OR state = 'open' OR state = 'awaiting_info' THEN 1 ELSE 0 END),
    case_type TEXT,
    source TEXT,
    external_id TEXT,
    channel TEXT
        CHECK (channel = 'web' OR channel = 'email' OR channel = 'phone' OR channel = 'chat' OR
               channel = 'virtual_agent' OR channel = 'api' OR channel = 'social' OR channel = 'monitoring' OR
               channel = 'walk_in'),
    short_description TEXT,
    account TEXT,
    contact TEXT,
    consumer TEXT,
    product TEXT,
    asset TEXT,
    contract TEXT,
    entitlement TEXT,
    category TEXT,
    subcategory TEXT,
    impact INT64 NOT NULL CHECK (impact BETWEEN 1 AND 3),
    urgency INT64 NOT NULL CHECK (urgency BETWEEN 1 AND 3),
    priority INT64 NOT NULL CHECK (priority BETWEEN 1 AND 4),
    priority_by TEXT,
    state TEXT NOT NULL
        CHECK (state = 'new' OR state = 'open' OR state = 'awaiting_info' OR state = 'resolved' OR
               state = 'closed' OR state = 'cancelled'),
    progress TEXT NOT NULL
        CHECK (progress = 'captured' OR progress = 'enriched' OR progress = 'routed' OR
               progress = 'dispatched' OR progress = 'fulfilled'),
    assignment_group TEXT,
    assigned_to TEXT,
    size INT64 NOT NULL CHECK (size >= 0),
    workflow TEXT,
    config TEXT,
    parent TEXT,
    problem TEXT,
    tags TEXT,
    fields TEXT,
    opened_at INT64 NOT NULL,
    created_at INT64 NOT NULL,
    updated_at INT64 NOT NULL,
    first_responded_at INT64,
    resolved_at INT64,
    closed_at INT64,
    reopen_count INT64,
    major INT64 NOT NULL CHECK (major IN (0, 1)),
    cause TEXT,
    resolution_code TEXT
) STRICT;
-- case_insert, case_find_external: the idempotency key.
CREATE UNIQUE INDEX cases_external ON cases (source, external_id) WHERE external_id IS NOT NULL;
-- case_history and case_page of a customer, in id order; what the history counts makes them covering.
CREATE INDEX cases_account ON cases (account, id, opened_at, active, resolved_at, reopen_count) WHERE account IS NOT NULL;
CREATE INDEX cases_contact ON cases (contact, id, opened_at, active, resolved_at, reopen_count) WHERE contact IS NOT NULL;
CREATE INDEX cases_asset ON cases (asset, id, opened_at, active, resolved_at, reopen_count) WHERE asset IS NOT NULL;
-- case_similar.
CREATE INDEX cases_category ON cases (category, id) WHERE category IS NOT NULL;
-- case_majors: the open major cases are few; `major` before the id makes this a better index than cases_active.
CREATE INDEX cases_major ON cases (major, id) WHERE active = 1 AND major = 1;
-- case_page of active cases.
CREATE INDEX cases_active ON cases (id) WHERE active = 1;
-- case_waiting: what a stage has still to do, most urgent first; case_page of active cases by urgency.
CREATE INDEX cases_waiting ON cases (progress, priority, opened_at BYID) WHERE active = 1;
-- case_waiting, unassigned: a group but no person.
CREATE INDEX cases_unassigned ON cases (priority, opened_at BYID)
    WHERE active = 1 AND assigned_to IS NULL AND assignment_group IS NOT NULL;
-- case_page of a group's or an agent's open cases.
CREATE INDEX cases_group ON cases (assignment_group, priority, opened_at BYID)
    WHERE active = 1 AND assignment_group IS NOT NULL;
CREATE INDEX cases_agent ON cases (assigned_to, priority, opened_at BYID)
    WHERE active = 1 AND assigned_to IS NOT NULL;
-- case_page of all cases by age, or by last change.
CREATE INDEX cases_opened ON cases (opened_at BYID);
CREATE INDEX cases_updated ON cases (updated_at BYID);

-- Long text of a case, when it has any.
CREATE TABLE case_text (
    case_id INT64 PRIMARY KEY REFERENCES cases (id),
    description TEXT,
    resolution_notes TEXT
) STRICT;

-- What a configuration item touched, once for all the cases on it: the last members of their contexts, by the SHA-256 of
-- their text. Not keyed: rows of this size would make a deep tree of what every new context is checked against.
CREATE TABLE impact_list (
    digest BYTES NOT NULL PRIMARY KEY,
    body TEXT NOT NULL
) STRICT;

-- The snapshot that case-enrich wrote, without what stands in impact_list.
CREATE TABLE case_context (
    case_id INT64 PRIMARY KEY REFERENCES cases (id),
    context TEXT NOT NULL,
    impact_list BYTES REFERENCES impact_list (digest)
) STRICT;

-- The unit that a case has of an entitlement with a limited number.
CREATE TABLE entitlement_use (
    case_id INT64 PRIMARY KEY REFERENCES cases (id),
    entitlement TEXT NOT NULL REFERENCES entitlement (key),
    units INT64 NOT NULL CHECK (units > 0),
    state TEXT NOT NULL CHECK (state = 'reserved' OR state = 'used' OR state = 'released')
) STRICT;
-- A deletion of the entitlement asks for its uses.
CREATE INDEX entitlement_use_entitlement ON entitlement_use (entitlement);

-- What the rule that routed a case asks of a person beside its group: skills, exclude, pools, as the rule says it.
CREATE TABLE case_need (
    case_id INT64 PRIMARY KEY REFERENCES cases (id),
    need TEXT NOT NULL
) STRICT;

-- An offer that waits for its answer: assigned_to of the case has not accepted yet.
CREATE TABLE case_offer (
    case_id INT64 PRIMARY KEY REFERENCES cases (id),
    agent TEXT NOT NULL,
    offered_at INT64 NOT NULL,
    expires_at INT64
) STRICT;
-- offer_expired.
CREATE INDEX case_offer_expires ON case_offer (expires_at, case_id) WHERE expires_at IS NOT NULL;

-- Who had a case offered and let it pass; again: may be offered it once more.
CREATE TABLE case_decline (
    case_id INT64 NOT NULL REFERENCES cases (id),
    agent TEXT NOT NULL,
    reason TEXT NOT NULL,
    again INT64 NOT NULL CHECK (again IN (0, 1)),
    declined_at INT64 NOT NULL,
    PRIMARY KEY (case_id, agent)
) KEYED;

-- The last failure of a case in a stage.
CREATE TABLE stage_error (
    case_id INT64 PRIMARY KEY REFERENCES cases (id),
    stage TEXT NOT NULL,
    code TEXT NOT NULL,
    pointer TEXT,
    message TEXT NOT NULL,
    attempts INT64 NOT NULL,
    failed_at INT64 NOT NULL,
    next_try INT64 NOT NULL
) STRICT;

-- Records that could not become cases, once by content; body is the reject as printed.
CREATE TABLE reject (
    digest BYTES NOT NULL PRIMARY KEY,
    tool TEXT NOT NULL,
    source TEXT,
    external_id TEXT,
    body TEXT NOT NULL,
    count INT64 NOT NULL,
    first_at INT64 NOT NULL,
    last_at INT64 NOT NULL
) STRICT;
-- reject_page.
CREATE INDEX reject_last ON reject (last_at, digest);
-- reject_captured: the same key came in good order.
CREATE INDEX reject_external ON reject (source, external_id) WHERE external_id IS NOT NULL;

-- One row a task instance. open repeats what state says, as active of cases does. queue_at is ready_at, or later than every moment while there is none: the queue's order.
CREATE TABLE task (
    id ID,
    case_id INT64 NOT NULL REFERENCES cases (id),
    name TEXT NOT NULL,
    iteration INT64 NOT NULL,
    element INT64 NOT NULL,
    position INT64 NOT NULL,
    type TEXT CHECK (type IN ('manual')),
    open INT64 NOT NULL
        CHECK (open = CASE WHEN state = 'pending' OR state = 'ready' OR state = 'claimed' THEN 1 ELSE 0 END),
    state TEXT NOT NULL
        CHECK (state = 'pending' OR state = 'ready' OR state = 'claimed' OR state = 'completed' OR
               state = 'failed' OR state = 'skipped' OR state = 'cancelled'),
    blocked_by TEXT
        CHECK (blocked_by = 'customer' OR blocked_by = 'vendor' OR blocked_by = 'problem' OR
               blocked_by = 'other'),
    blocked_reason TEXT,
    blocked_owner TEXT,
    assignment_group TEXT,
    assigned_to TEXT,
    priority INT64 NOT NULL CHECK (priority BETWEEN 1 AND 4),
    needs TEXT,
    outcome TEXT,
    output TEXT,
    reason TEXT,
    queue_at INT64 NOT NULL,
    ready_at INT64,
    claimed_at INT64,
    finished_at INT64,
    due_at INT64,
    attempts INT64 NOT NULL,
    correlation TEXT,
    UNIQUE (case_id, name, iteration, element)
) STRICT;
-- task_page of a group: task-claim takes the first of state ready.
CREATE INDEX task_group ON task (assignment_group, state, priority, queue_at BYID)
    WHERE open = 1;
-- task_page of an agent's open work.
CREATE INDEX task_agent ON task (assigned_to, priority, queue_at BYID)
    WHERE assigned_to IS NOT NULL AND open = 1;
-- The answer to a task that was sent away finds it, once.
CREATE UNIQUE INDEX task_correlation ON task (correlation) WHERE correlation IS NOT NULL;

CREATE TABLE milestone (
    case_id INT64 NOT NULL REFERENCES cases (id),
    name TEXT NOT NULL,
    reached INT64 NOT NULL CHECK (reached IN (0, 1)),
    at INT64 NOT NULL,
    PRIMARY KEY (case_id, name)
) KEYED;

-- One row a clock. Durations in microseconds.
CREATE TABLE sla (
    id ID,
    case_id INT64 NOT NULL REFERENCES cases (id),
    definition TEXT NOT NULL,
    type TEXT NOT NULL
        CHECK (type = 'SLA' OR type = 'OLA' OR type = 'UC'),
    stage TEXT NOT NULL
        CHECK (stage = 'in_progress' OR stage = 'paused' OR stage = 'completed' OR stage = 'cancelled'),
    has_breached INT64 NOT NULL CHECK (has_breached IN (0, 1)),
    target INT64 NOT NULL,
    start_time INT64 NOT NULL,
    pause_time INT64,
    paused INT64,
    planned_end_time INT64,
    breached_at INT64,
    end_time INT64,
    warned INT64 NOT NULL,
    next_at INT64,
    config TEXT
) STRICT;
-- sla_of_case.
CREATE INDEX sla_case ON sla (case_id BYID);
-- sla_due: a tick reads only what is due.
CREATE INDEX sla_next ON sla (next_at, case_id BYID) WHERE next_at IS NOT NULL;
-- sla_page of active clocks; of breached ones.
CREATE INDEX sla_active ON sla (id) WHERE stage IN ('in_progress', 'paused');
CREATE INDEX sla_breached ON sla (id) WHERE has_breached = 1;

-- The journal: body is written once and never serialised again.
CREATE TABLE event (
    id ID,
    subject TEXT NOT NULL,
    seq INT64 NOT NULL,
    type TEXT NOT NULL,
    at INT64 NOT NULL,
    actor TEXT NOT NULL,
    config TEXT,
    hash BYTES NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (subject, seq)
) STRICT;

-- Values of personal members of events: SHA-256 of salt and value stands in the event, so they can be erased.
CREATE TABLE event_value (
    event_id INT64 NOT NULL REFERENCES event (id),
    pointer TEXT NOT NULL,
    salt BYTES NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (event_id, pointer)
) KEYED;

-- The outbox: never twice for one event.
CREATE TABLE message (
    id ID,
    event_id INT64 NOT NULL REFERENCES event (id),
    case_id INT64 NOT NULL REFERENCES cases (id),
    template_name TEXT NOT NULL,
    recipient TEXT NOT NULL,
    config TEXT,
    state TEXT NOT NULL CHECK (state IN ('queued')),
    created_at INT64 NOT NULL,
    UNIQUE (event_id, template_name, recipient)
) STRICT;
-- message_of_case.
CREATE INDEX message_case ON message (case_id BYID);

-- Raw policy, kept because it decided something: files by object id, and what a commit has where.
CREATE TABLE policy_blob (
    blob TEXT NOT NULL PRIMARY KEY,
    content BYTES NOT NULL
) STRICT;

CREATE TABLE policy_tree (
    commit_id TEXT NOT NULL,
    path TEXT NOT NULL,
    blob TEXT NOT NULL REFERENCES policy_blob (blob),
    PRIMARY KEY (commit_id, path)
) KEYED;
