-- A changed table is made anew and filled from the log: without its checkpoint the runner begins at 0.
create schema if not exists read;
delete from es.projection where name = 'timeline';
drop table if exists read.timeline, read.timeline_end;

create table read.timeline (
    position bigint primary key,
    incident_id uuid not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    previous_at timestamptz,
    phase text not null,
    type text not null,
    stream text not null,
    version bigint not null,
    sentence text not null,
    by text,
    principal text not null,
    via text not null,
    note_id uuid
);
create index timeline_incident on read.timeline (incident_id, position);

create table read.timeline_end (
    incident_id uuid primary key,
    phase text not null,
    occurred_at timestamptz,
    position bigint not null
);
