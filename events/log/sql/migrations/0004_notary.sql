-- What the notary writes: signed heads of the Merkle tree over es.event, and what proofs need.

create table es.tree_head (
    size bigint primary key check (size > 0),  -- events 1..size
    root bytea not null check (octet_length(root) = 32),
    frontier bytea[] not null,                 -- the tree's compact range: where to go on
    note text not null,                        -- the signed checkpoint
    created_at timestamptz not null default clock_timestamp()
);

-- The roots of whole blocks of 256 events, so that a proof need not read the whole log.
create table es.tree_block (
    number bigint primary key check (number >= 0),  -- events 256 * number + 1 and on
    hash bytea not null check (octet_length(hash) = 32)
);

-- Public keys, for convenience: an auditor gets them by another way.
create table es.notary_key (
    verifier_key text primary key check (octet_length(verifier_key) <= 400),
    first_used_at timestamptz not null default clock_timestamp()
);

create trigger append_only before update or delete or truncate on es.tree_head
    for each statement execute function es.refuse_change();
create trigger append_only before update or delete or truncate on es.tree_block
    for each statement execute function es.refuse_change();
create trigger append_only before update or delete or truncate on es.notary_key
    for each statement execute function es.refuse_change();
alter table es.tree_head enable always trigger append_only;
alter table es.tree_block enable always trigger append_only;
alter table es.notary_key enable always trigger append_only;

-- What the notary says of itself: when it last looked, and why it signs nothing.

create table es.notary_look (
    only_row boolean primary key default true check (only_row),
    looked_at timestamptz not null,
    trouble text check (octet_length(trouble) <= 100),
    reason text check (octet_length(reason) <= 2000),
    trouble_since timestamptz,
    check ((trouble is null) = (reason is null) and (trouble is null) = (trouble_since is null))
);

revoke all on es.notary_look from public;
grant usage on schema es to tocsin_notary;
grant select (position, hash, event_id, command_id, ordinal) on es.event to tocsin_notary;
grant select, insert on es.tree_head, es.tree_block, es.notary_key to tocsin_notary;
grant select on es.tree_head, es.tree_block, es.notary_key to tocsin_app;
grant select, insert, update on es.notary_look to tocsin_notary;
grant select on es.notary_look to tocsin_app;
