-- A changed table is made anew and filled from the log: without its checkpoint the runner begins at 0.
create schema if not exists read;
delete from es.projection where name = 'delivery_log';
drop table if exists read.delivery;

create table read.delivery (
    delivery_id uuid primary key,
    page_id uuid not null,
    incident_id uuid not null,
    responder_id text not null,
    channel text not null,
    address integer not null,
    round integer not null,
    level integer not null,
    state text not null,
    attempts integer not null,
    provider_id text,
    error text,
    intended_at timestamptz not null,
    delayed_since timestamptz,
    finished_at timestamptz,
    intended_position bigint not null,
    position bigint not null
);
create index delivery_newest on read.delivery (intended_position desc);
create index delivery_unsent on read.delivery (channel, intended_at)
    where state in ('intended', 'delayed');
create index delivery_settled on read.delivery (position)
    where state in ('sent', 'failed', 'suppressed');
create index delivery_incident on read.delivery (incident_id, intended_position desc);
