-- A changed table is made anew and filled from the log: without its checkpoint the runner begins at 0.
create schema if not exists read;
delete from es.projection where name = 'response_policies';
drop table if exists read.response_policy;

create table read.response_policy (
    id text primary key,
    service_id text not null,
    number integer not null,
    policy jsonb not null,
    defined_by text not null,
    defined_at timestamptz not null,
    version bigint not null,
    position bigint not null
);
create index response_policy_newest on read.response_policy (service_id, number desc);
