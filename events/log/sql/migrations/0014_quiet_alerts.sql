-- Alerts that end by silence are held also where their senders declared no end and repeated nothing.
-- Until the transaction's end a repeat of the alert waits.
create or replace function es.alert_news_held(asked uuid)
returns table (heard_at timestamptz, expires_at timestamptz)
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    insert into es.alert_news (alert_id, heard_at) values (asked, 'epoch')
    on conflict (alert_id) do nothing;
    select known.heard_at, known.expires_at from es.alert_news as known
    where known.alert_id = asked for update skip locked
$$;

-- What is kept of alerts that ended otherwise. One that was heard of since stays.
create function es.alert_news_swept(over uuid[], before timestamptz) returns bigint
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    with swept as (
        delete from es.alert_news where alert_id = any (over) and heard_at < before returning 1
    )
    select count(*) from swept
$$;
revoke all on all routines in schema es from public;
grant execute on function es.alert_news_swept(uuid[], timestamptz) to tocsin_app;
