-- A changed table is made anew and filled from the log: without its checkpoint the runner begins at 0.
create schema if not exists read;
delete from es.projection where name = 'alerts';
drop table if exists read.alert;
drop table if exists read.earlier_alert;

create table read.alert (
    alert_id uuid primary key,
    integration_id text not null,
    dedup_key text not null,
    incident_id uuid not null,
    state text not null,
    title text not null,
    labels jsonb not null,
    annotations jsonb not null,
    source_url text,
    started_at timestamptz not null,
    ended_at timestamptz,
    triggered_at timestamptz not null,
    resolved_at timestamptz,
    occurrences integer not null,
    triggered_position bigint not null,
    position bigint not null
);
create index alert_newest on read.alert (triggered_position desc);
create index alert_open on read.alert (incident_id) where state = 'triggered';
create index alert_incident on read.alert (incident_id, triggered_position desc);

-- What an alert was in an incident before it fired again in another one.
create table read.earlier_alert (
    id text primary key,
    alert_id uuid not null,
    integration_id text not null,
    dedup_key text not null,
    incident_id uuid not null,
    state text not null,
    title text not null,
    labels jsonb not null,
    annotations jsonb not null,
    source_url text,
    started_at timestamptz not null,
    ended_at timestamptz,
    triggered_at timestamptz not null,
    resolved_at timestamptz,
    occurrences integer not null,
    triggered_position bigint not null,
    fires_here_again boolean not null,
    position bigint not null
);
create index earlier_alert_incident on read.earlier_alert (incident_id, triggered_position desc);
