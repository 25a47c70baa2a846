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
