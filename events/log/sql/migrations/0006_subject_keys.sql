-- One key for each person whom events tell something personal about. It is wrapped by a key that
-- is not in this database. Destroyed, it leaves a tombstone, so that none is made in its place.

create table es.subject_key (
    subject text primary key check (octet_length(subject) between 1 and 200),
    kek_id text,          -- which key wraps it
    wrapped_key bytea,
    created_at timestamptz not null default clock_timestamp(),
    destroyed_at timestamptz,
    check ((wrapped_key is null) = (destroyed_at is not null)),
    check ((wrapped_key is null) = (kek_id is null))
);

create function es.subject_keys(subjects text[]) returns setof es.subject_key
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select * from es.subject_key k where k.subject = any (subjects)
$$;

-- Returns the key there is: the given one, or that of whoever was first, or a tombstone.
create function es.make_subject_key(subject text, kek_id text, wrapped_key bytea)
returns setof es.subject_key
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    insert into es.subject_key (subject, kek_id, wrapped_key)
        values (make_subject_key.subject, make_subject_key.kek_id, make_subject_key.wrapped_key)
        on conflict do nothing;
    select * from es.subject_key k where k.subject = make_subject_key.subject
$$;

-- The same key, wrapped by a newer one, unless somebody else has done it.
create function es.rewrap_subject_key(
    subject text, from_kek_id text, kek_id text, wrapped_key bytea
) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    update es.subject_key k
    set kek_id = rewrap_subject_key.kek_id, wrapped_key = rewrap_subject_key.wrapped_key
    where k.subject = rewrap_subject_key.subject and k.kek_id = rewrap_subject_key.from_kek_id
$$;

create function es.destroy_subject_key(subject text) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    insert into es.subject_key (subject, destroyed_at)
        values (destroy_subject_key.subject, clock_timestamp())
        on conflict on constraint subject_key_pkey do update
        set kek_id = null, wrapped_key = null, destroyed_at = clock_timestamp()
        where subject_key.destroyed_at is null
$$;

revoke all on function
    es.subject_keys(text[]),
    es.make_subject_key(text, text, bytea),
    es.rewrap_subject_key(text, text, text, bytea),
    es.destroy_subject_key(text)
    from public;
grant execute on function
    es.subject_keys(text[]),
    es.rewrap_subject_key(text, text, text, bytea),
    es.destroy_subject_key(text)
    to tocsin_app, tocsin_projector;
grant execute on function es.make_subject_key(text, text, bytea) to tocsin_app;
