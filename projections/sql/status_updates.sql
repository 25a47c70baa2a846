-- A changed table is made anew and filled from the log: without its checkpoint the runner begins at 0.
create schema if not exists read;
delete from es.projection where name = 'status_updates';
drop table if exists read.status_updates;

create table read.status_updates (
    incident_id uuid primary key,
    summary text not null,
    severity text,
    phase text not null,
    mitigated boolean not null,
    declared_at timestamptz not null,
    resolved_at timestamptz,
    cadence jsonb not null,
    updates jsonb not null,
    position bigint not null
);
