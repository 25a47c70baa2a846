-- A changed table is made anew and filled from the log: without its checkpoint the runner begins at 0.
create schema if not exists read;
delete from es.projection where name = 'incident_detail';
drop table if exists read.incident_detail, read.incident_alert;

create table read.incident_detail (
    incident_id uuid primary key,
    reference text not null,
    board jsonb not null,
    phases jsonb not null,
    responders jsonb not null,
    role_offers jsonb not null,
    deadlines jsonb not null,
    links jsonb not null,
    custom jsonb not null,
    members jsonb not null,
    removed jsonb not null,
    impact text,
    scope text,
    status_update jsonb,
    pages jsonb not null,
    mitigation_summary text,
    resolution_summary text,
    decline_reason text,
    checklist jsonb not null,
    mitigation_actions jsonb not null,
    decline_category text,
    corrections jsonb not null,
    relations jsonb not null,
    position bigint not null
);
create index incident_detail_reference on read.incident_detail (reference);

create table read.incident_alert (
    id text primary key,
    incident_id uuid not null,
    alert_id uuid not null,
    title text not null,
    started_at timestamptz not null,
    ended_at timestamptz,
    moved_to uuid,
    position bigint not null
);
create index incident_alert_incident on read.incident_alert (incident_id, started_at);
