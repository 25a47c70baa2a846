-- The append-only log: events, the commands they answer, and what keeps both as they are.

-- What a value may be is checked once, where it comes in: by the domains of the append functions.
create table es.event (
    position bigint primary key,  -- dense: 1..N without a hole
    stream text not null,
    version bigint not null,
    event_id uuid not null,           -- uuid5(command_id, ordinal): whoever audits recomputes it
    command_id uuid not null,
    ordinal smallint not null,        -- of the event in its command, from 0
    type text not null,
    schema_version integer not null,
    recorded_at timestamptz not null,
    payload bytea not null,
    meta bytea not null,
    hash bytea not null,
    request_digest bytea not null,    -- of the command; not in the hash
    unique (stream, version),
    unique (command_id, ordinal)
);

-- A command is remembered by its events. One that led to none is kept here, or its retry could
-- decide differently.
create table es.command (
    command_id uuid primary key,
    request_digest bytea not null,
    stream text not null,
    version bigint not null,          -- of the stream
    last_position bigint not null,    -- the head the command saw
    recorded_at timestamptz not null
);

-- The first answer to a command is its line with the highest ordinal.
create view es.answered_command as
    select command_id, ordinal, request_digest, stream, version,
        position - ordinal as first_position, position as last_position, hash, recorded_at
    from es.event
    union all
    select command_id, null, request_digest, stream, version, null, last_position, null, recorded_at
    from es.command;

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

-- Which incidents are open, asked of the log alone: what begins or ends one, in order, so that an
-- entry always goes to the index's end. The fallback pager and the reconciler begin here;
-- projections/incidents/open_incidents.py asks.
create index event_incident_life on es.event (position) include (stream, type)
    where type in (
        'incident.declared', 'incident.resolved', 'incident.reopened', 'incident.closed',
        'incident.declined', 'incident.merged'
    );

-- How many pages ended without an answer: few, so they are counted whenever somebody asks.
create index event_exhausted on es.event (position) where type = 'escalation.exhausted';

revoke all on schema es from public;
revoke all on all routines in schema es from public;
grant usage on schema es to tocsin_app, tocsin_projector;
grant select on es.event, es.command, es.answered_command, es.migration
    to tocsin_app, tocsin_projector;
grant execute on function es.next_reference() to tocsin_app;
