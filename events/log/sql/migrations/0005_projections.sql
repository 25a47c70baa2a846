-- How far each projection has read, moved in the transaction that writes its rows. One projector at
-- a time writes a projection; a rebuild fills a revision beside the live one.

create table es.projection (
    name text not null,
    revision integer not null,
    version integer not null,         -- of the rules that made the rows
    position bigint not null default 0,
    position_hash bytea,              -- of the event there: another one means a restored log
    epoch bigint not null default 0,  -- raised by each new owner, so that an old one is fenced out
    owner text,
    lease_until timestamptz,
    session_pid integer,              -- of the owner: a lease whose session has ended is free
    session_started timestamptz,
    state text not null default 'live',
    stage text not null default 'live' check (stage in ('building', 'live', 'retired')),
    tables text[] not null default '{}',  -- named <table>_r<revision> unless live
    trouble text,                     -- why it does not go on, without private data
    batch_seconds double precision not null default 0,  -- its last transaction took
    primary key (name, revision)
);
create unique index projection_live on es.projection (name) where stage = 'live';

-- A read model whose tables change: the new ones wait in `read_next`, empty, until a revision made
-- like them takes the place of the tables that people read meanwhile.
create schema read_next;
create schema read_kept;  -- where those tables are while the file runs that makes the new ones
revoke all on schema read_next, read_kept from public;

-- A frozen owner keeps its session, so its lease has to run out; a dead one's is free at once.
-- Runs with the caller's rights: a role sees its own sessions in full.
create function es.lease_is_free(held es.projection) returns boolean
language sql volatile set search_path = pg_catalog, pg_temp
return held.lease_until is null or held.lease_until <= clock_timestamp()
    or not exists (
        select from pg_stat_activity a
        where a.pid = held.session_pid and a.backend_start = held.session_started
    );

-- A key (an incident, a responder …) whose event could not be applied: its rows stay as they were.
create table read.quarantine (
    projection text not null,
    revision integer not null,
    key text not null,
    position bigint not null,  -- of the event
    type text not null,
    error text not null,  -- what kind of failure; its text may hold private data
    attempts integer not null default 1,
    retry boolean not null default false,  -- somebody asked for another attempt
    quarantined_at timestamptz not null default clock_timestamp(),
    primary key (projection, revision, key),
    foreign key (projection, revision) references es.projection (name, revision)
        on update cascade on delete cascade  -- a line has another name while its file runs
);
grant select on read.quarantine to tocsin_app;
grant select, insert, update, delete on read.quarantine to tocsin_projector;

-- The rows of a revision go with its line; the live ones belong to the read model's migration.
create function es.drop_revision() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    one text;
begin
    if old.stage <> 'live' then
        foreach one in array old.tables loop
            execute format('drop table if exists read.%I', one || '_r' || old.revision);
        end loop;
    end if;
    return null;
end $$;
create trigger revision_dropped after delete on es.projection
    for each row execute function es.drop_revision();

-- Makes empty tables beside the live ones, like those that wait where there are any, and returns
-- their revision; null while another rebuild of the projection runs. One that was given up is
-- cleared away.
create function es.projection_begin(
    projection text, version integer, tables text[], owner text, lease interval
) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    made integer;
    one text;
    pattern text;
begin
    perform from es.projection p where p.name = projection for update;
    if exists (
        select from es.projection p
        where p.name = projection and p.stage = 'building' and p.lease_until > clock_timestamp()
    ) then
        return null;
    end if;
    delete from es.projection p where p.name = projection and p.stage = 'building';
    select coalesce(max(p.revision), 0) + 1 into made
        from es.projection p where p.name = projection;
    foreach one in array tables loop
        pattern := case when to_regclass(format('read_next.%I', one)) is null
            then 'read' else 'read_next' end;
        execute format('drop table if exists read.%I', one || '_r' || made);
        execute format(
            'create table read.%I (like %I.%I including all)', one || '_r' || made, pattern, one
        );
        execute format('grant select on read.%I to tocsin_app', one || '_r' || made);
        execute format(
            'grant select, insert, update, delete, truncate on read.%I to tocsin_projector',
            one || '_r' || made
        );
    end loop;
    insert into es.projection
        (name, revision, version, stage, state, tables, epoch, owner, lease_until)
        values (projection, made, version, 'building', 'building', tables, 1, owner,
            clock_timestamp() + lease);
    return made;
end $$;

-- Appends wait until the caller's transaction ends. The caller bounds that by its timeouts.
create function es.projection_gate() returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    lock table es.append_gate in exclusive mode;
end $$;

-- The built revision becomes the live one, in the caller's transaction. False: it is not the
-- caller's any more. Both epochs rise, so whoever wrote either of them is fenced out.
create function es.projection_swap(projection text, made integer, at_epoch bigint) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    chosen text[];
    replaced integer;
    one text;
begin
    select p.tables into chosen from es.projection p
        where p.name = projection and p.revision = made and p.stage = 'building'
            and p.epoch = at_epoch
        for update;
    if not found then
        return false;
    end if;
    select p.revision into replaced from es.projection p
        where p.name = projection and p.stage = 'live' for update;
    foreach one in array chosen loop  -- in the order in which readers use them
        execute format('lock table read.%I in access exclusive mode', one);
    end loop;
    foreach one in array chosen loop
        if replaced is null then
            execute format('drop table read.%I', one);
        else
            execute format('alter table read.%I rename to %I', one, one || '_r' || replaced);
        end if;
        execute format('alter table read.%I rename to %I', one || '_r' || made, one);
    end loop;
    update es.projection p
        set stage = 'retired', state = 'retired', tables = chosen, epoch = p.epoch + 1,
            owner = null, lease_until = null, trouble = null
        where p.name = projection and p.revision = replaced;
    delete from read.quarantine k where k.projection = projection_swap.projection
        and k.revision = replaced;
    update es.projection p
        set stage = 'live', state = 'live', epoch = p.epoch + 1, owner = null, lease_until = null
        where p.name = projection and p.revision = made;
    return true;
end $$;

revoke all on all routines in schema es from public;
grant select on es.projection to tocsin_app, tocsin_projector;
grant insert, update, delete on es.projection to tocsin_projector;
grant execute on function
    es.lease_is_free(es.projection),
    es.projection_begin(text, integer, text[], text, interval),
    es.projection_gate(),
    es.projection_swap(text, integer, bigint)
    to tocsin_projector;
