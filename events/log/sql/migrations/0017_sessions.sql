-- People who are signed in. A session is no event: it changes with every look at a page. Its token
-- is kept as a hash, so that whoever reads this table can sign in as nobody.

create table es.session (
    token_hash bytea primary key check (octet_length(token_hash) = 32),
    session_id uuid not null unique,
    account_id text not null check (octet_length(account_id) <= 63),
    era integer not null,                    -- of its account: a session of an earlier one is over
    gains integer not null,                  -- rights gained when the token was made
    method text not null check (octet_length(method) <= 63),
    provider_session text check (octet_length(provider_session) <= 1000),
    created_at timestamptz not null,
    seen_at timestamptz not null,
    idle_until timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    user_agent text check (octet_length(user_agent) <= 1000),
    address_prefix text check (octet_length(address_prefix) <= 63)
);
create index session_account on es.session (account_id);
create index session_provider_session on es.session (provider_session)
    where provider_session is not null;
create index session_expires_at on es.session (least(idle_until, expires_at));

revoke all on es.session from public;
grant select, insert, update, delete on es.session to tocsin_app;
