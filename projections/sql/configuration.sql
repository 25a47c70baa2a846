-- A changed table is made anew and filled from the log: without its checkpoint the runner begins at 0.
create schema if not exists read;
delete from es.projection where name = 'configuration';
drop table if exists
    read.responder, read.escalation_policy, read.service, read.integration, read.api_key;

create table read.responder (
    responder_id text primary key,
    name text not null,
    contact_methods jsonb not null,
    changed_by text not null,
    changed_at timestamptz not null,
    version bigint not null,
    position bigint not null
);

create table read.escalation_policy (
    escalation_policy_id text primary key,
    name text not null,
    levels jsonb not null,
    repeats integer not null,
    changed_by text not null,
    changed_at timestamptz not null,
    version bigint not null,
    position bigint not null
);

create table read.service (
    service_id text primary key,
    name text not null,
    escalation_policy_id text,
    deadlines jsonb not null,
    links jsonb not null,
    changed_by text not null,
    changed_at timestamptz not null,
    version bigint not null,
    position bigint not null
);

create table read.integration (
    integration_id text primary key,
    name text not null,
    service_id text not null,
    created_by text not null,
    created_at timestamptz not null,
    revoked_at timestamptz,
    version bigint not null,
    position bigint not null
);

create table read.api_key (
    api_key_id text primary key,
    name text not null,
    scopes jsonb not null,
    responder_id text,
    expires_at timestamptz,
    created_by text not null,
    created_at timestamptz not null,
    revoked_at timestamptz,
    version bigint not null,
    position bigint not null
);
