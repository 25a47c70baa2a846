-- A changed table is made anew and filled from the log: without its checkpoint the runner begins at 0.
create schema if not exists read;
delete from es.projection where name = 'noise';
drop table if exists read.noise, read.noise_caller;

create table read.noise (
    incident_id uuid primary key,
    mode text,
    service_id text,
    declared_at timestamptz,
    private boolean not null,
    category text,
    pages integer not null,
    position bigint not null
);
create index noise_declared on read.noise (declared_at) where mode = 'real';

create table read.noise_caller (
    id text primary key,
    incident_id uuid not null,
    alert_id uuid not null,
    integration_id text not null,
    title text not null,
    position bigint not null
);
create index noise_caller_incident on read.noise_caller (incident_id);
