create table read.absence (
    position bigint not null,
    responder_id text not null,
    absences jsonb not null,
    forgotten boolean not null,
    version bigint not null,
    primary key (responder_id)
);

create table read.alert_storm (
    position bigint not null,
    storm_id uuid not null,
    integration_id text not null,
    number bigint not null,
    incident_id uuid not null,
    above bigint not null,
    detected_at timestamptz not null,
    calmed_at timestamptz,
    primary key (storm_id)
);

create table read.alert (
    position bigint not null,
    alert_id uuid not null,
    integration_id text not null,
    dedup_key text not null,
    incident_id uuid,
    state text not null,
    title text not null,
    labels jsonb not null,
    annotations jsonb not null,
    source_url text,
    started_at timestamptz not null,
    ended_at timestamptz,
    triggered_at timestamptz not null,
    resolved_at timestamptz,
    ending text,
    occurrences bigint not null,
    triggered_position bigint not null,
    applied jsonb not null,
    hold jsonb,
    flapping jsonb not null,
    primary key (alert_id)
);
create index alert_newest on read.alert (triggered_position desc);
create index alert_held on read.alert (triggered_position desc) where state = 'held';
create index alert_open on read.alert (incident_id) where state = 'triggered';
create index alert_incident on read.alert (incident_id, triggered_position desc);
create index alert_integration on read.alert (integration_id, triggered_position desc);

create table read.earlier_alert (
    position bigint not null,
    alert_id uuid not null,
    integration_id text not null,
    dedup_key text not null,
    incident_id uuid,
    state text not null,
    title text not null,
    labels jsonb not null,
    annotations jsonb not null,
    source_url text,
    started_at timestamptz not null,
    ended_at timestamptz,
    triggered_at timestamptz not null,
    resolved_at timestamptz,
    ending text,
    occurrences bigint not null,
    triggered_position bigint not null,
    applied jsonb not null,
    hold jsonb,
    flapping jsonb not null,
    id text not null,
    fires_here_again boolean not null,
    primary key (id)
);
create index earlier_alert_incident on read.earlier_alert (incident_id, triggered_position desc);

create table read.change (
    position bigint not null,
    change_id uuid not null,
    integration_id text not null,
    service_id text not null,
    summary text not null,
    source text not null,
    happened_at timestamptz not null,
    reported_at timestamptz not null,
    details jsonb not null,
    links jsonb not null,
    reported_position bigint not null,
    primary key (change_id)
);
create index change_newest on read.change (reported_position desc);
create index change_when on read.change (happened_at desc);

create table read.responder (
    position bigint not null,
    responder_id text not null,
    name text not null,
    contact_methods jsonb not null,
    kind text not null,
    notification_rules jsonb not null,
    quiet_hours jsonb,
    changed_by text not null,
    changed_at timestamptz not null,
    version bigint not null,
    primary key (responder_id)
);

create table read.escalation_policy (
    position bigint not null,
    escalation_policy_id text not null,
    name text not null,
    levels jsonb not null,
    repeats bigint not null,
    hand_over_to text,
    on_exhausted jsonb not null,
    team_id text,
    changed_by text not null,
    changed_at timestamptz not null,
    version bigint not null,
    primary key (escalation_policy_id)
);

create table read.service (
    position bigint not null,
    service_id text not null,
    name text not null,
    escalation_policy_id text,
    deadlines jsonb not null,
    team_id text,
    links jsonb not null,
    alert_handling jsonb not null,
    alert_handling_changed_at timestamptz,
    changed_by text not null,
    changed_at timestamptz not null,
    version bigint not null,
    primary key (service_id)
);

create table read.integration (
    position bigint not null,
    integration_id text not null,
    name text not null,
    service_id text not null,
    created_by text not null,
    created_at timestamptz not null,
    is_signed boolean not null,
    signing_secret_changed_at timestamptz,
    mapping jsonb,
    mapping_version bigint not null,
    mapping_changed_at timestamptz,
    mapping_changed_by text,
    revoked_at timestamptz,
    version bigint not null,
    primary key (integration_id)
);

create table read.api_key (
    position bigint not null,
    api_key_id text not null,
    name text not null,
    scopes jsonb not null,
    responder_id text,
    expires_at timestamptz,
    created_by text not null,
    created_at timestamptz not null,
    revoked_at timestamptz,
    version bigint not null,
    primary key (api_key_id)
);

create table read.cover_request (
    position bigint not null,
    id text not null,
    schedule_id text not null,
    number bigint not null,
    responder_id text not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    asked_ids jsonb not null,
    in_return jsonb,
    reason text,
    asked_by text not null,
    asked_at timestamptz not null,
    taken jsonb not null,
    override_ids jsonb not null,
    declined_ids jsonb not null,
    ended text,
    ended_at timestamptz,
    primary key (id)
);
create index cover_request_schedule on read.cover_request (schedule_id, number);

create table read.hand_over_note (
    position bigint not null,
    id text not null,
    schedule_id text not null,
    responder_id text not null,
    text text not null,
    shift_starts_at timestamptz not null,
    shift_ends_at timestamptz not null,
    noted_by text not null,
    noted_at timestamptz not null,
    primary key (id)
);
create index hand_over_note_schedule on read.hand_over_note (schedule_id, shift_ends_at);

create table read.delivery (
    position bigint not null,
    delivery_id uuid not null,
    kind text not null,
    about text not null,
    page_id uuid,
    incident_id uuid,
    responder_id text not null,
    channel text not null,
    address bigint not null,
    round bigint,
    level bigint,
    repeat bigint not null,
    not_before timestamptz,
    state text not null,
    attempts bigint not null,
    provider_id text,
    bundled_with uuid,
    error text,
    intended_at timestamptz not null,
    delayed_since timestamptz,
    finished_at timestamptz,
    settled_position bigint,
    receipt text,
    receipt_at timestamptz,
    receipt_error text,
    declined_at timestamptz,
    intended_position bigint not null,
    primary key (delivery_id)
);
create index delivery_newest on read.delivery (intended_position desc);
create index delivery_unsent on read.delivery (channel, intended_at) where state in ('intended', 'delayed');
create index delivery_settled on read.delivery (settled_position) where settled_position is not null;
create index delivery_incident on read.delivery (incident_id, intended_position desc);
create index delivery_responder on read.delivery (responder_id, intended_position desc);

create table read.feed (
    position bigint not null,
    feed_id text not null,
    schedule_id text,
    responder_id text,
    issued_by text not null,
    issued_at timestamptz not null,
    revoked_at timestamptz,
    version bigint not null,
    primary key (feed_id)
);

create table read.heartbeat (
    position bigint not null,
    heartbeat_id text not null,
    name text not null,
    integration_id text not null,
    interval_seconds bigint not null,
    grace_seconds bigint not null,
    severity text,
    message text,
    team_id text,
    expected_since timestamptz,
    changed_by text not null,
    changed_at timestamptz not null,
    ended_at timestamptz,
    version bigint not null,
    primary key (heartbeat_id)
);

create table read.incident_board (
    position bigint not null,
    incident_id uuid not null,
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
    response_page uuid,
    private boolean not null,
    incident_type_id text,
    roles jsonb not null,
    next_update_at timestamptz,
    update_overdue boolean not null,
    open_alerts bigint not null,
    field_values jsonb not null,
    mode text not null,
    declared_by text not null,
    began_at timestamptz,
    detected_at timestamptz,
    declared_at timestamptz not null,
    acknowledged_by text,
    acknowledged_at timestamptz,
    held_by text,
    snoozed_until timestamptz,
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
    primary key (incident_id)
);
create index incident_board_newest on read.incident_board (declared_position desc);
create index incident_board_open on read.incident_board (declared_position desc) where status in ('declared', 'acknowledged', 'mitigated');
create index incident_board_merged on read.incident_board (incident_id) where merged_at is not null;
create index incident_board_reference on read.incident_board (reference);

create table read.incident_detail (
    position bigint not null,
    incident_id uuid not null,
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
    responder_requests jsonb not null,
    mitigation_summary text,
    resolution_summary text,
    decline_reason text,
    checklist jsonb not null,
    mitigation_actions jsonb not null,
    decline_category text,
    corrections jsonb not null,
    relations jsonb not null,
    storm jsonb,
    primary key (incident_id)
);
create index incident_detail_reference on read.incident_detail (reference);

create table read.incident_alert (
    position bigint not null,
    id text not null,
    incident_id uuid not null,
    alert_id uuid not null,
    title text not null,
    started_at timestamptz not null,
    ended_at timestamptz,
    ending text,
    moved_to uuid,
    held_at timestamptz,
    applied jsonb not null,
    primary key (id)
);
create index incident_alert_incident on read.incident_alert (incident_id, started_at);

create table read.incident_type (
    position bigint not null,
    incident_type_id text not null,
    name text not null,
    fields jsonb not null,
    changed_by text not null,
    changed_at timestamptz not null,
    version bigint not null,
    primary key (incident_type_id)
);

create table read.maintenance_window (
    position bigint not null,
    maintenance_window_id text not null,
    name text not null,
    reason text not null,
    service_ids jsonb not null,
    conditions jsonb not null,
    starts_at timestamptz,
    ends_at timestamptz,
    recurrence jsonb,
    defined_by text not null,
    defined_at timestamptz not null,
    moved_ends jsonb not null,
    reported_until timestamptz,
    cancelled_at timestamptz,
    ended_reason text,
    reports jsonb not null,
    revision bigint not null,
    changed_by text not null,
    changed_at timestamptz not null,
    version bigint not null,
    primary key (maintenance_window_id)
);

create table read.held_alert (
    position bigint not null,
    id text not null,
    alert_id uuid not null,
    title text not null,
    window_ids jsonb not null,
    held_by text,
    since timestamptz not null,
    until timestamptz,
    became text not null,
    incident_id uuid,
    held_position bigint not null,
    primary key (id)
);
create index held_alert_windows on read.held_alert using gin (window_ids);

create table read.noise (
    position bigint not null,
    incident_id uuid not null,
    mode text,
    service_id text,
    declared_at timestamptz,
    private boolean not null,
    category text,
    acknowledged_at timestamptz,
    worked_at timestamptz,
    settled_at timestamptz,
    pages bigint not null,
    primary key (incident_id)
);
create index noise_declared on read.noise (declared_at) where mode = 'real';

create table read.noise_opening (
    position bigint not null,
    opened_position bigint not null,
    incident_id uuid not null,
    alert_id uuid not null,
    at timestamptz not null,
    over_at timestamptz,
    flaps boolean not null,
    integration_id text not null,
    dedup_key text not null,
    title text not null,
    rules jsonb not null,
    primary key (opened_position)
);
create index noise_opening_incident on read.noise_opening (incident_id);
create index noise_opening_alert on read.noise_opening (alert_id, at);
create index noise_opening_at on read.noise_opening (at);

create table read.noise_alert (
    position bigint not null,
    alert_id uuid not null,
    opened_position bigint not null,
    flapping jsonb not null,
    primary key (alert_id)
);

create table read.noise_page (
    position bigint not null,
    incident_id uuid not null,
    responder_id text not null,
    sent_at timestamptz not null,
    zone text,
    night text,
    primary key (position)
);
create index noise_page_incident on read.noise_page (incident_id);

create table read.noise_person (
    position bigint not null,
    responder_id text not null,
    zone text,
    primary key (responder_id)
);

create table read.note (
    position bigint not null,
    note_id uuid not null,
    incident_id uuid not null,
    text text not null,
    written_by text not null,
    written_at timestamptz not null,
    edited_by text,
    edited_at timestamptz,
    before jsonb not null,
    edits bigint not null,
    pinned_by text,
    pinned_at timestamptz,
    retracted_by text,
    retracted_at timestamptz,
    retraction_reason text,
    erased boolean not null,
    written_position bigint not null,
    primary key (note_id)
);
create index note_incident on read.note (incident_id, written_position);

create table read.attachment (
    position bigint not null,
    attachment_id uuid not null,
    incident_id uuid not null,
    name text not null,
    media_type text not null,
    size bigint not null,
    sha256 text not null,
    added_by text not null,
    added_at timestamptz not null,
    removed_by text,
    removed_at timestamptz,
    removal_reason text,
    added_position bigint not null,
    primary key (attachment_id)
);
create index attachment_incident on read.attachment (incident_id, added_position);

create table read.paged_incident (
    position bigint not null,
    incident_id uuid not null,
    reference text not null,
    service_id text,
    drill boolean not null,
    severities jsonb not null,
    targets jsonb not null,
    pages jsonb not null,
    policies jsonb not null,
    schedules jsonb not null,
    first_paged_at timestamptz,
    last_paged_at timestamptz,
    primary key (incident_id)
);
create index paged_incident_policies on read.paged_incident using gin (policies);
create index paged_incident_schedules on read.paged_incident using gin (schedules);

create table read.private_incident (
    position bigint not null,
    incident_id uuid not null,
    private boolean not null,
    members jsonb not null,
    removed jsonb not null,
    primary key (incident_id)
);

create table read.response_policy (
    position bigint not null,
    id text not null,
    service_id text not null,
    number bigint not null,
    policy jsonb not null,
    defined_by text not null,
    defined_at timestamptz not null,
    version bigint not null,
    primary key (id)
);
create index response_policy_newest on read.response_policy (service_id, number desc);

create table read.routing_rules (
    position bigint not null,
    routing_rules_id text not null,
    rules jsonb not null,
    changed_by text not null,
    changed_at timestamptz not null,
    version bigint not null,
    primary key (routing_rules_id)
);

create table read.schedule (
    position bigint not null,
    schedule_id text not null,
    name text not null,
    team_id text,
    zone text not null,
    layers jsonb not null,
    holidays jsonb not null,
    changed_by text not null,
    changed_at timestamptz not null,
    ended_at timestamptz,
    version bigint not null,
    primary key (schedule_id)
);

create table read.schedule_edition (
    position bigint not null,
    id text not null,
    schedule_id text not null,
    holds_from timestamptz not null,
    zone text not null,
    layers jsonb not null,
    holidays jsonb not null,
    ended boolean not null,
    primary key (id)
);
create index schedule_edition_schedule on read.schedule_edition (schedule_id);

create table read.schedule_override (
    position bigint not null,
    override_id uuid not null,
    schedule_id text not null,
    first_position bigint not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    off_responder_id text,
    on_responder_id text,
    reason text,
    made_by text not null,
    made_at timestamptz not null,
    acts_from timestamptz not null,
    withdrawn_by text,
    withdrawn_at timestamptz,
    before jsonb not null,
    primary key (override_id)
);
create index schedule_override_schedule on read.schedule_override (schedule_id, ends_at);

create table read.forgotten_person (
    position bigint not null,
    responder_id text not null,
    forgotten_at timestamptz not null,
    primary key (responder_id)
);

create table read.status_updates (
    position bigint not null,
    incident_id uuid not null,
    summary text not null,
    severity text,
    phase text not null,
    mitigated boolean not null,
    declared_at timestamptz not null,
    resolved_at timestamptz,
    cadence jsonb not null,
    updates jsonb not null,
    primary key (incident_id)
);

create table read.subscription (
    position bigint not null,
    subscription_id text not null,
    responder_id text not null,
    service_id text,
    severities jsonb not null,
    channels jsonb not null,
    changed_by text not null,
    changed_at timestamptz not null,
    ended_at timestamptz,
    version bigint not null,
    primary key (subscription_id)
);
create index subscription_responder on read.subscription (responder_id);

create table read.team (
    position bigint not null,
    team_id text not null,
    name text not null,
    members jsonb not null,
    changed_by text not null,
    changed_at timestamptz not null,
    version bigint not null,
    primary key (team_id)
);

create table read.timeline (
    position bigint not null,
    incident_id uuid not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    previous_at timestamptz,
    phase text not null,
    type text not null,
    stream text not null,
    version bigint not null,
    sentence text not null,
    by text,
    principal text not null,
    via text not null,
    note_id uuid,
    primary key (position)
);
create index timeline_incident on read.timeline (incident_id, position);

create table read.timeline_end (
    position bigint not null,
    incident_id uuid not null,
    phase text not null,
    occurred_at timestamptz,
    primary key (incident_id)
);

create table read.work_item (
    position bigint not null,
    incident_id uuid not null,
    reference text not null,
    title text not null,
    state text not null,
    owner text,
    due_at timestamptz not null,
    opened_at timestamptz not null,
    completed_by text,
    completed_at timestamptz,
    summary text,
    version bigint not null,
    primary key (incident_id)
);
create index work_item_due on read.work_item (state, due_at);
