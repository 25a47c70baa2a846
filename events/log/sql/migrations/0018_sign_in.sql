-- What several processes must agree on while people sign in. All of it may be lost: then a link that
-- was used may be used again until it expires, and nobody waits after failures.

-- Attempts to sign in that failed or are under way, by account and by network: hashes, no names.
create table es.sign_in_attempt (
    key bytea primary key check (octet_length(key) = 32),
    failures integer not null,
    since timestamptz not null,              -- the first of them
    newest timestamptz not null,
    wait_until timestamptz not null          -- before then nothing is looked at
);
create index sign_in_attempt_newest on es.sign_in_attempt (newest);

-- Tokens that are good once.
create table es.spent_token (
    token_hash bytea primary key check (octet_length(token_hash) = 32),
    expires_at timestamptz not null          -- afterwards nobody takes it anyway
);
create index spent_token_expires_at on es.spent_token (expires_at);

-- Whoever was ever made an admin, written down before the event: those who are, and some who were.
create table es.admin_candidate (
    account_id text primary key check (octet_length(account_id) <= 63)
);

revoke all on es.sign_in_attempt, es.spent_token, es.admin_candidate from public;
grant select, insert, update, delete on es.sign_in_attempt, es.spent_token to tocsin_app;
grant select, insert on es.admin_candidate to tocsin_app;
