-- A changed table is made anew and filled from the log: without its checkpoint the runner begins at 0.
create schema if not exists read;
delete from es.projection where name = 'privacy';
drop table if exists read.private_incident;

create table read.private_incident (
    incident_id uuid primary key,
    private boolean not null,
    members jsonb not null,
    removed jsonb not null,
    position bigint not null
);
