-- The append-only log: events, the commands they answer, and what keeps both as they are.

create table es.event (
    position bigint primary key check (position > 0),  -- dense: 1..N without a hole
    stream text not null check (octet_length(stream) between 1 and 200),
    version bigint not null check (version > 0),
    event_id uuid not null unique,
    command_id uuid not null,
    type text not null check (octet_length(type) between 1 and 200),
    schema_version integer not null check (schema_version > 0),
    recorded_at timestamptz not null,
    payload bytea not null check (octet_length(payload) <= 262144),
    meta bytea not null check (octet_length(meta) <= 16384),
    hash bytea not null check (octet_length(hash) = 32),
    unique (stream, version)
);

-- Also a command that led to no event is kept, or its retry could decide differently.
create table es.command (
    command_id uuid primary key,
    request_digest bytea not null check (octet_length(request_digest) = 32),
    stream text not null,
    version bigint not null,          -- of the stream, after the command
    first_position bigint,            -- null: no event
    last_position bigint not null,    -- without events: the head the command saw
    hash bytea,
    recorded_at timestamptz not null
);

-- Always empty. Appends lock it, so only who may append can hold the global order up;
-- an advisory lock could be taken by every role that can connect.
create table es.append_gate ();

-- Numbers people say aloud: INC-1042. Unique and rising; a refused request may leave a hole.
create sequence es.reference start with 1001;

create function es.next_reference() returns bigint
language sql volatile security definer set search_path = pg_catalog, pg_temp
return nextval('es.reference');

create function es.refuse_change() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    raise exception '% on es.% refused: the log is append-only', tg_op, tg_table_name
        using errcode = 'insufficient_privilege';
end $$;

create trigger append_only_rows before update or delete on es.event
    for each row execute function es.refuse_change();
create trigger append_only before update or delete or truncate on es.event
    for each statement execute function es.refuse_change();
create trigger append_only_rows before update or delete on es.command
    for each row execute function es.refuse_change();
create trigger append_only before update or delete or truncate on es.command
    for each statement execute function es.refuse_change();

-- Always: also in a session that plays the part of a replica.
alter table es.event enable always trigger append_only_rows;
alter table es.event enable always trigger append_only;
alter table es.command enable always trigger append_only_rows;
alter table es.command enable always trigger append_only;

-- Finds the few events that make an incident known to fewer people: what they say counts at once,
-- also where a projection has not read them yet. Other appends never touch this index.
create index event_privacy on es.event (stream, position)
    where type in ('incident.privacy_changed', 'incident.member_removed');

-- Which incidents are open, asked of the log alone: what begins or ends one, the newest first.
-- The fallback pager and the reconciler begin here; projections/incidents/open_incidents.py asks.
create index event_incident_life on es.event (stream, position desc) include (type)
    where type in (
        'incident.declared', 'incident.resolved', 'incident.reopened', 'incident.closed',
        'incident.declined', 'incident.merged'
    );

-- How many pages ended without an answer: few, so they are counted whenever somebody asks.
create index event_exhausted on es.event (position) where type = 'escalation.exhausted';

revoke all on schema es from public;
revoke all on all routines in schema es from public;
grant usage on schema es to tocsin_app, tocsin_projector;
grant select on es.event, es.command, es.migration to tocsin_app, tocsin_projector;
grant execute on function es.next_reference() to tocsin_app;
