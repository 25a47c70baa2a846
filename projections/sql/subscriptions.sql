-- A changed table is made anew and filled from the log: without its checkpoint the runner begins at 0.
create schema if not exists read;
delete from es.projection where name = 'subscriptions';
drop table if exists read.subscription;

create table read.subscription (
    subscription_id text primary key,
    responder_id text not null,
    service_id text,
    severities jsonb not null,
    channels jsonb not null,
    changed_by text not null,
    changed_at timestamptz not null,
    ended_at timestamptz,
    version bigint not null,
    position bigint not null
);
create index subscription_responder on read.subscription (responder_id);
