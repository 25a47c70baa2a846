-- A changed table is made anew and filled from the log: without its checkpoint the runner begins at 0.
create schema if not exists read;
delete from es.projection where name = 'incident_board';
drop table if exists read.incident_board;

create table read.incident_board (
    incident_id uuid primary key,
    reference text not null,
    title text not null,
    summary text not null,
    service_id text,
    escalation_policy_id text,
    severity text,
    phase text not null,
    status text not null,
    paging text not null,
    paged_from timestamptz,
    reminders jsonb not null,
    roles jsonb not null,
    next_update_at timestamptz,
    update_overdue boolean not null,
    open_alerts integer not null,
    private boolean not null,
    incident_type_id text,
    field_values jsonb not null,
    mode text not null,
    declared_by text not null,
    began_at timestamptz,
    detected_at timestamptz,
    declared_at timestamptz not null,
    acknowledged_by text,
    acknowledged_at timestamptz,
    mitigated_at timestamptz,
    resolved_at timestamptz,
    declined_at timestamptz,
    closed_at timestamptz,
    merged_at timestamptz,
    merged_into uuid,
    recorded_at timestamptz not null,
    updated_at timestamptz not null,
    version bigint not null,
    declared_position bigint not null,
    position bigint not null
);
create index incident_board_newest on read.incident_board (declared_position desc);
create index incident_board_open on read.incident_board (declared_position desc)
    where status in ('declared', 'acknowledged', 'mitigated');
create index incident_board_merged on read.incident_board (incident_id) where merged_at is not null;
create index incident_board_reference on read.incident_board (reference);
