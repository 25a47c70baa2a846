-- A changed table is made anew and filled from the log: without its checkpoint the runner begins at 0.
create schema if not exists read;
delete from es.projection where name = 'changes';
drop table if exists read.change;

create table read.change (
    change_id uuid primary key,
    integration_id text not null,
    service_id text not null,
    summary text not null,
    source text not null,
    happened_at timestamptz not null,
    reported_at timestamptz not null,
    details jsonb not null,
    links jsonb not null,
    reported_position bigint not null,
    position bigint not null
);
create index change_newest on read.change (reported_position desc);
create index change_when on read.change (happened_at desc);
