-- What was last heard of alerts whose senders repeat them. A repeat is no event: it changes one row,
-- and the next one says the same. Times are the API's, as the alert's events have them.

create table es.alert_news (
    alert_id uuid primary key,
    heard_at timestamptz not null,
    expires_at timestamptz                   -- the end that its sender declared; null: none
);
create index alert_expires on es.alert_news (expires_at) where expires_at is not null;

-- Since when senders have been heard. Whoever could not be heard is not silent.
create table es.intake_watch (
    one boolean primary key default true check (one),
    since timestamptz not null,
    seen_at timestamptz not null
);

-- In order, so that two messages about the same alerts do not wait for each other in a circle. One
-- that was processed late does not take the place of what came after it.
create function es.alerts_heard(alerts uuid[], ends timestamptz[], heard timestamptz) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    insert into es.alert_news as known (alert_id, heard_at, expires_at)
    select alert_id, heard, expires_at from unnest(alerts, ends) as said (alert_id, expires_at)
    order by alert_id
    on conflict (alert_id) do update
    set heard_at = excluded.heard_at, expires_at = excluded.expires_at
    where known.heard_at <= excluded.heard_at
$$;

-- Until the transaction's end a repeat of the alert waits.
create function es.alert_news_held(asked uuid)
returns table (heard_at timestamptz, expires_at timestamptz)
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    select known.heard_at, known.expires_at from es.alert_news as known
    where known.alert_id = asked for update skip locked
$$;

create function es.alert_news_forgotten(asked uuid) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    delete from es.alert_news where alert_id = asked
$$;

create function es.intake_seen(gap interval) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    insert into es.intake_watch as known (since, seen_at)
    values (clock_timestamp(), clock_timestamp())
    on conflict (one) do update set
        since = case
            when known.seen_at < clock_timestamp() - gap then excluded.since else known.since
        end,
        seen_at = excluded.seen_at
$$;

revoke all on all routines in schema es from public;
grant select on es.alert_news, es.intake_watch to tocsin_app, tocsin_projector;
grant execute on function
    es.alerts_heard(uuid[], timestamptz[], timestamptz),
    es.alert_news_held(uuid),
    es.alert_news_forgotten(uuid),
    es.intake_seen(interval)
    to tocsin_app;
