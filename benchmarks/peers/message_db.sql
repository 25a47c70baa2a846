-- The append of a message-db style store, written anew: jsonb bodies, a lock for each category,
-- the stream's version read and checked, and message-db's own three indexes.

create schema message_db;

create function message_db.category(stream_name text) returns text
language sql immutable return split_part(stream_name, '-', 1);

create function message_db.hash_64(value text) returns bigint
language sql immutable return ('x' || left(md5(value), 16))::bit(64)::bigint;

create table message_db.message (
    global_position bigserial primary key,
    position bigint not null,
    time timestamp not null default (now() at time zone 'utc'),
    stream_name text not null,
    type text not null,
    data jsonb,
    metadata jsonb,
    id uuid not null
);
create unique index message_id on message_db.message (id);
create unique index message_stream on message_db.message (stream_name, position);
create index message_category on message_db.message (
    message_db.category(stream_name), global_position,
    message_db.category(metadata ->> 'correlationStreamName')
);

create function message_db.write_message(
    id uuid, stream_name text, type text, data jsonb, metadata jsonb, expected_version bigint
) returns bigint
language plpgsql as $$
declare
    version bigint;
begin
    perform pg_advisory_xact_lock(
        message_db.hash_64(message_db.category(write_message.stream_name))
    );
    select max(m.position) into version
        from message_db.message m where m.stream_name = write_message.stream_name;
    version := coalesce(version, -1);
    if write_message.expected_version is not null
        and write_message.expected_version <> version
    then
        raise exception 'Wrong expected version: % (stream %, at %)',
            write_message.expected_version, write_message.stream_name, version;
    end if;
    version := version + 1;
    insert into message_db.message (id, stream_name, position, type, data, metadata)
        values (
            write_message.id, write_message.stream_name, version, write_message.type,
            write_message.data, write_message.metadata
        );
    return version;
end $$;
