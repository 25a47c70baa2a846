-- Waiting commands are sent in batches, in order; an answer goes before the others of its workflow.

alter table es.inbox add column first boolean not null default false;
create index inbox_in_order on es.inbox (workflow_id, first desc, number) where state = 'waiting';

-- Returns the entry as it is kept, the first one when the command was accepted before.
create function es.inbox_put(
    command uuid, workflow text, update_name text, body bytea, digest bytea, principal text,
    goes_first boolean
) returns setof es.inbox
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into es.inbox (command_id, workflow_id, update_name, body, request_digest, principal,
                          first)
        values (command, workflow, inbox_put.update_name, inbox_put.body, digest,
                inbox_put.principal, goes_first)
        on conflict (command_id) do nothing;
    return query select * from es.inbox i where i.command_id = command;
end $$;

-- The next commands of each workflow whose turn it is; nobody else holds any of its commands.
create function es.inbox_claim(workflows integer, of_each integer, lease interval)
returns setof es.inbox
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    with head as (
        select distinct on (i.workflow_id) i.workflow_id, i.command_id
        from es.inbox i where i.state = 'waiting'
        order by i.workflow_id, i.first desc, i.number
    ), due as (
        select i.workflow_id
        from es.inbox i join head on head.command_id = i.command_id
        where i.next_attempt_at <= clock_timestamp()
            and not exists (
                select from es.inbox held
                where held.workflow_id = i.workflow_id and held.state = 'waiting'
                    and held.lease_until > clock_timestamp()
            )
        order by i.number limit workflows for update of i skip locked
    ), claimed as (
        update es.inbox
        set attempts = attempts + 1, lease_until = clock_timestamp() + lease
        where command_id in (
            select following.command_id
            from due cross join lateral (
                select w.command_id from es.inbox w
                where w.workflow_id = due.workflow_id and w.state = 'waiting'
                order by w.first desc, w.number limit of_each
            ) as following
        )
        returning *
    )
    select * from claimed order by workflow_id, first desc, number
$$;

-- Gives back what was claimed and not tried.
create function es.inbox_untried(commands uuid[]) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    update es.inbox set attempts = attempts - 1, lease_until = null
    where command_id = any (commands) and state = 'waiting'
$$;

-- Never longer than a few seconds: a workflow that is back gets its commands at once.
create function es.inbox_pause(attempts integer) returns interval
language sql immutable set search_path = pg_catalog, pg_temp as $$
    select least(es.retry_after(attempts), interval '4 seconds')
$$;

create or replace function es.inbox_failed(command uuid, attempt integer, error text) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    update es.inbox
    set next_attempt_at = clock_timestamp() + es.inbox_pause(attempts),
        lease_until = null, last_error = left(error, 2000)
    where command_id = command and state = 'waiting' and attempts = attempt
$$;

revoke all on all routines in schema es from public;
grant execute on function
    es.inbox_put(uuid, text, text, bytea, bytea, text, boolean)
    to tocsin_app;
grant execute on function
    es.inbox_claim(integer, integer, interval),
    es.inbox_untried(uuid[]),
    es.inbox_pause(integer)
    to tocsin_app, tocsin_projector;
