-- A read model whose tables change: the new ones wait here, empty, until a revision made like them
-- takes the place of the tables that people read meanwhile.

create schema read_next;
create schema read_kept;  -- where those tables are while the file runs that makes the new ones
revoke all on schema read_next, read_kept from public;

-- The projection's line gets another name for as long as that file runs, and its parked keys too.
alter table read.parked
    drop constraint parked_projection_revision_fkey,
    add constraint parked_projection_revision_fkey
        foreign key (projection, revision) references es.projection (name, revision)
        on update cascade on delete cascade;

-- As in 0007, but the tables are made like the waiting ones, where there are any.
create or replace function es.projection_begin(
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
