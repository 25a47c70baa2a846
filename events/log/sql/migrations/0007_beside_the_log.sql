-- What is kept beside the log and is no event: refused commands, attachments, dead letters.

-- Commands that were refused. Nothing happened, so they are no events; who tried is kept all the same.

create table es.refusal (
    number bigint primary key check (number > 0),  -- without a hole, in order of time
    position bigint not null,                      -- where the log ended when it was refused
    recorded_at timestamptz not null default clock_timestamp(),
    command_id uuid not null,
    command text not null check (octet_length(command) between 1 and 200),
    target text not null check (octet_length(target) between 1 and 600),
    refusal text not null check (octet_length(refusal) between 1 and 100),
    principal text not null check (octet_length(principal) between 1 and 200),
    via text not null check (octet_length(via) between 1 and 40),
    on_behalf_of text check (octet_length(on_behalf_of) <= 200),
    correlation_id text check (octet_length(correlation_id) <= 200),
    unique (command_id, refusal)
);

-- One writer at a time, so that a number is visible only after every smaller one. The same command
-- refused again for the same reason is not kept again.
create function es.refuse(
    command_id uuid, command text, target text, refusal text, principal text, via text,
    on_behalf_of text, correlation_id text
) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('es.refusal', 0));
    if exists (
        select from es.refusal r
        where r.command_id = refuse.command_id and r.refusal = refuse.refusal
    ) then
        return;
    end if;
    insert into es.refusal (
        number, position, command_id, command, target, refusal, principal, via, on_behalf_of,
        correlation_id
    ) values (
        (select coalesce(max(r.number), 0) + 1 from es.refusal r),
        (select coalesce(max(e.position), 0) from es.event e),
        refuse.command_id, refuse.command, refuse.target, refuse.refusal, refuse.principal,
        refuse.via, refuse.on_behalf_of, refuse.correlation_id
    );
end $$;

create trigger append_only before update or delete or truncate on es.refusal
    for each statement execute function es.refuse_change();
alter table es.refusal enable always trigger append_only;

revoke all on function es.refuse(uuid, text, text, text, text, text, text, text) from public;
grant select on es.refusal to tocsin_app;
grant execute on function es.refuse(uuid, text, text, text, text, text, text, text) to tocsin_app;

-- The bytes of attachments, found by their hash; names and hashes are in the log. Deleting bytes is
-- how an attachment is erased: the log keeps that it was there. Only adds.

create table es.attachment (
    incident_id uuid not null,
    sha256 bytea not null check (octet_length(sha256) = 32),
    content bytea not null check (octet_length(content) between 1 and 2097152),
    stored_at timestamptz not null default clock_timestamp(),
    primary key (incident_id, sha256)
);
-- Pictures and archives are compressed already.
alter table es.attachment alter column content set storage external;

revoke all on es.attachment from public;
grant select, insert, delete on es.attachment to tocsin_app;

-- Messages behind a good key that nobody could read. Their beginnings are sealed: they may hold
-- secrets. A monitor that repeats itself adds to a count; of one monitor the newest 1,000 are kept.

create table es.dead_letter (
    number bigint generated always as identity primary key,
    integration_id text not null check (octet_length(integration_id) between 1 and 200),
    source text not null check (octet_length(source) between 1 and 100),
    reason text not null check (octet_length(reason) between 1 and 1000),
    size bigint not null check (size >= 0),
    sha256 bytea not null check (octet_length(sha256) = 32),
    sealed_by text not null check (octet_length(sealed_by) between 1 and 200),
    sealed bytea not null check (octet_length(sealed) <= 70000),
    first_at timestamptz not null default clock_timestamp(),
    last_at timestamptz not null default clock_timestamp(),
    times bigint not null default 1,
    unique (integration_id, sha256)
);
create index dead_letter_last_at on es.dead_letter (last_at);

create function es.keep_dead_letter(
    integration_id text, source text, reason text, size bigint, sha256 bytea, sealed_by text,
    sealed bytea
) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into es.dead_letter as kept (
        integration_id, source, reason, size, sha256, sealed_by, sealed
    ) values (
        keep_dead_letter.integration_id, keep_dead_letter.source, keep_dead_letter.reason,
        keep_dead_letter.size, keep_dead_letter.sha256, keep_dead_letter.sealed_by,
        keep_dead_letter.sealed
    )
    on conflict on constraint dead_letter_integration_id_sha256_key
    do update set times = kept.times + 1, last_at = clock_timestamp();
    delete from es.dead_letter d
    where d.integration_id = keep_dead_letter.integration_id and d.number <= (
        select o.number from es.dead_letter o
        where o.integration_id = keep_dead_letter.integration_id
        order by o.number desc offset 1000 limit 1
    );
end $$;

revoke all on es.dead_letter from public;
revoke all on function es.keep_dead_letter(text, text, text, bigint, bytea, text, bytea) from public;
grant select on es.dead_letter to tocsin_app;
grant execute on function es.keep_dead_letter(text, text, text, bigint, bytea, text, bytea)
    to tocsin_app;
