-- Messages behind a good key that nobody could read. Their beginnings are sealed: they may hold
-- secrets. A monitor that repeats itself adds to a count; of one monitor the newest 1,000 are kept.

create table es.dead_letter (
    number bigint generated always as identity primary key,
    integration_id text not null check (octet_length(integration_id) between 1 and 200),
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
    integration_id text, reason text, size bigint, sha256 bytea, sealed_by text, sealed bytea
) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into es.dead_letter as kept (integration_id, reason, size, sha256, sealed_by, sealed)
    values (
        keep_dead_letter.integration_id, keep_dead_letter.reason, keep_dead_letter.size,
        keep_dead_letter.sha256, keep_dead_letter.sealed_by, keep_dead_letter.sealed
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
revoke all on function es.keep_dead_letter(text, text, bigint, bytea, text, bytea) from public;
grant select on es.dead_letter to tocsin_app;
grant execute on function es.keep_dead_letter(text, text, bigint, bytea, text, bytea)
    to tocsin_app;
