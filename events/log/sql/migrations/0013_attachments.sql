-- The bytes of attachments, found by their hash; names and hashes are in the log. Deleting bytes is
-- how an attachment is erased: the log keeps that it was there. Only adds.

create table es.attachment (
    incident_id uuid not null,
    sha256 bytea not null check (octet_length(sha256) = 32),
    content bytea not null check (octet_length(content) between 1 and 2097152),
    stored_at timestamptz not null default clock_timestamp(),
    primary key (incident_id, sha256)
);
-- Pictures and archives are compressed already.
alter table es.attachment alter column content set storage external;

revoke all on es.attachment from public;
grant select, insert, delete on es.attachment to tocsin_app;
