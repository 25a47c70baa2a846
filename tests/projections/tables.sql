create table read.absence (
    position bigint not null,
    responder_id text not null,
    absences jsonb not null,
    forgotten boolean not null,
    version bigint not null,
    primary key (responder_id)
);

create table read.account (
    position bigint not null,
    account_id text not null,
    email text,
    state text not null,
    roles jsonb not null,
    was_active boolean not null,
    invited_at timestamptz,
    invitation_expires_at timestamptz,
    suspended_because text,
    has_password boolean not null,
    identities jsonb not null,
    passkeys jsonb not null,
    recovery_codes_left bigint not null,
    signed_in_at timestamptz,
    version bigint not null,
    primary key (account_id)
);
create index account_email on read.account (email) where email is not null;

create table read.action_item (
    position bigint not null,
    action_item_id uuid not null,
    incident_id uuid not null,
    text text not null,
    action text not null,
    owner text,
    team text,
    priority text not null,
    factor bigint,
    state text not null,
    due_on date not null,
    first_due_on date not null,
    moves bigint not null,
    opened_by text not null,
    opened_at timestamptz not null,
    opened_position bigint not null,
    started_at timestamptz,
    ended_at timestamptz,
    ended_by text,
    reason text,
    evidence_url text,
    superseded_by uuid,
    tracker_id text,
    issue_key text,
    issue_url text,
    issue_error text,
    issue_status text,
    issue_due_error text,
    version bigint not null,
    primary key (action_item_id)
);
create index action_item_due on read.action_item (state, due_on);
create index action_item_incident on read.action_item (incident_id, opened_position);

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
    released_by text,
    released_at timestamptz,
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
    released_by text,
    released_at timestamptz,
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
    hours jsonb,
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
    key_rotated_by text,
    key_rotated_at timestamptz,
    former_until timestamptz,
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

create table read.directory_group (
    position bigint not null,
    directory_group_id text not null,
    display_name text not null,
    external_id text,
    member_ids jsonb not null,
    changed_by text not null,
    changed_at timestamptz not null,
    since timestamptz,
    ended_at timestamptz,
    version bigint not null,
    primary key (directory_group_id)
);

create table read.directory_user (
    position bigint not null,
    directory_user_id text not null,
    user_name text not null,
    external_id text,
    display_name text,
    formatted_name text,
    given_name text,
    family_name text,
    emails jsonb not null,
    active boolean,
    changed_by text not null,
    changed_at timestamptz not null,
    since timestamptz,
    ended_at timestamptz,
    version bigint not null,
    primary key (directory_user_id)
);
create index directory_user_user_name on read.directory_user (lower(user_name));
create index directory_user_external_id on read.directory_user (external_id);

create table read.engagement (
    position bigint not null,
    engagement_id text not null,
    incident_id uuid not null,
    responder_id text not null,
    paged_at timestamptz,
    messages bigint not null,
    joined_at timestamptz,
    acknowledged_at timestamptz,
    acknowledged bigint not null,
    acted_first_at timestamptz,
    acted_last_at timestamptz,
    worked bigint not null,
    commanded boolean not null,
    mitigated boolean not null,
    resolved boolean not null,
    primary key (engagement_id)
);
create index engagement_incident on read.engagement (incident_id);
create index engagement_person on read.engagement (responder_id);

create table read.feed (
    position bigint not null,
    feed_id text not null,
    schedule_id text,
    responder_id text,
    meetings boolean not null,
    issued_by text not null,
    issued_at timestamptz not null,
    revoked_at timestamptz,
    version bigint not null,
    primary key (feed_id)
);

create table read.finding_answer (
    position bigint not null,
    finding_id text not null,
    measure text not null,
    service_id text,
    team_id text,
    about text,
    reason text not null,
    until timestamptz not null,
    answered_by text not null,
    answered_at timestamptz not null,
    version bigint not null,
    primary key (finding_id)
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

create table read.incident_facts (
    position bigint not null,
    incident_id uuid not null,
    reference text not null,
    title text not null,
    mode text not null,
    declared_position bigint not null,
    service_id text,
    team_id text,
    severity text,
    peak_severity text,
    cause text,
    cause_factor bigint,
    private boolean not null,
    private_from bigint,
    declined_as text,
    merged_into uuid,
    part_of uuid,
    began_at timestamptz,
    began_by text,
    declared_by text not null,
    detected_told_at timestamptz,
    detected_at timestamptz not null,
    declared_at timestamptz not null,
    called_at timestamptz,
    acknowledged_at timestamptz,
    mitigated_at timestamptz,
    resolved_at timestamptz,
    first_resolved_at timestamptz,
    closed_at timestamptz,
    reopened bigint not null,
    corrected jsonb not null,
    calls jsonb not null,
    taken_before_called boolean not null,
    calendar jsonb,
    tta_business_us bigint,
    ttr_business_us bigint,
    tta_declared_business_us bigint,
    ttr_declared_business_us bigint,
    primary key (incident_id)
);
create index incident_facts_declared on read.incident_facts (declared_at);
create index incident_facts_resolved on read.incident_facts (resolved_at);
create index incident_facts_private_from on read.incident_facts (private_from) where private_from is not null;

create table read.facts_service (
    position bigint not null,
    service_id text not null,
    name text not null,
    defined_at timestamptz not null,
    team_id text,
    owners jsonb not null,
    primary key (service_id)
);

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

create table read.page_message (
    position bigint not null,
    responder_id text not null,
    incident_id uuid not null,
    sent_at timestamptz not null,
    channel text not null,
    primary key (position)
);
create index page_message_sent on read.page_message (sent_at);
create index page_message_incident on read.page_message (incident_id);

create table read.issued_report (
    position bigint not null,
    report_id uuid not null,
    quarter text not null,
    year_begins bigint not null,
    zone text not null,
    begins_at timestamptz not null,
    ends_at timestamptz not null,
    as_of bigint not null,
    learning_policy_id text not null,
    policy_number bigint not null,
    sha256 text not null,
    shape bigint not null,
    issued_by text not null,
    issued_at timestamptz not null,
    primary key (report_id)
);

create table read.learning_policy (
    position bigint not null,
    id text not null,
    learning_policy_id text not null,
    number bigint not null,
    policy jsonb not null,
    defined_by text not null,
    defined_at timestamptz not null,
    version bigint not null,
    primary key (id)
);
create index learning_policy_newest on read.learning_policy (learning_policy_id, number desc);

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

create table read.meeting (
    position bigint not null,
    incident_id uuid not null,
    starts_at timestamptz not null,
    agenda jsonb not null,
    place text,
    facilitator_id text,
    invited_ids jsonb not null,
    sequence bigint not null,
    changed_at timestamptz not null,
    called_off boolean not null,
    ended_at timestamptz,
    version bigint not null,
    primary key (incident_id)
);
create index meeting_begin on read.meeting (starts_at);

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

create table read.personal_hours (
    position bigint not null,
    responder_id text not null,
    said jsonb not null,
    primary key (responder_id)
);

create table read.postmortem (
    position bigint not null,
    incident_id uuid not null,
    state text not null,
    edition bigint not null,
    author_id text,
    started_by text not null,
    started_at timestamptz not null,
    reviewer_ids jsonb not null,
    review_requested_at timestamptz,
    approvals jsonb not null,
    published_at timestamptz,
    published_by text,
    first_published_at timestamptz,
    published_approvals bigint not null,
    visibility text,
    missing jsonb not null,
    reason text,
    hints_left jsonb not null,
    words_by_people bigint not null,
    waived_at timestamptz,
    waived_by text,
    edited_at timestamptz,
    edited_by jsonb not null,
    spans bigint not null,
    last_span bigint not null,
    version bigint not null,
    primary key (incident_id)
);
create index postmortem_state on read.postmortem (state, started_at);

create table read.postmortem_factor (
    position bigint not null,
    factor_key text not null,
    incident_id uuid not null,
    number bigint not null,
    factor_kind text not null,
    category text not null,
    because_of bigint,
    is_primary boolean not null,
    change_id text,
    recorded_by text not null,
    recorded_at timestamptz not null,
    retracted boolean not null,
    primary key (factor_key)
);
create index postmortem_factor_incident on read.postmortem_factor (incident_id, number);

create table read.private_incident (
    position bigint not null,
    incident_id uuid not null,
    private boolean not null,
    members jsonb not null,
    removed jsonb not null,
    primary key (incident_id)
);

create table read.public_incident (
    position bigint not null,
    incident_id uuid not null,
    public_id uuid not null,
    title text not null,
    state text not null,
    status_page_ids jsonb not null,
    posts jsonb not null,
    version bigint not null,
    primary key (incident_id)
);

create table read.public_story (
    position bigint not null,
    incident_id uuid not null,
    written jsonb,
    shown jsonb,
    shown_at timestamptz,
    version bigint not null,
    primary key (incident_id)
);

create table read.repeat (
    position bigint not null,
    repeat_id text not null,
    incident_id uuid not null,
    earlier_incident_id uuid not null,
    earlier_reference text not null,
    confirmed boolean not null,
    judged_by text not null,
    judged_at timestamptz not null,
    version bigint not null,
    primary key (repeat_id)
);
create index repeat_incident on read.repeat (incident_id);

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

create table read.incident_response (
    position bigint not null,
    incident_id uuid not null,
    reached jsonb not null,
    deadlines jsonb not null,
    roles_unfilled jsonb not null,
    promised_at timestamptz,
    is_late boolean not null,
    updates_kept bigint not null,
    updates_late bigint not null,
    updates_missed bigint not null,
    items_left bigint not null,
    pages bigint not null,
    escalated bigint not null,
    failed bigint not null,
    degraded bigint not null,
    primary key (incident_id)
);

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

create table read.sighting (
    position bigint not null,
    private_incident_id uuid not null,
    seen_by text not null,
    seen_at timestamptz not null,
    first_read text not null,
    via text not null,
    primary key (position)
);
create index sighting_incident on read.sighting (private_incident_id, position desc);

create table read.incident_words (
    position bigint not null,
    incident_id uuid not null,
    reference text not null,
    title text not null,
    mode text,
    declared_at timestamptz,
    service_id text,
    monitors jsonb not null,
    described jsonb not null,
    gathered jsonb not null,
    words jsonb not null,
    private boolean not null,
    merged boolean not null,
    primary key (incident_id)
);
create index incident_words_words on read.incident_words using gin (words);
create index incident_words_monitors on read.incident_words using gin (monitors);

create table read.word_frequency (
    position bigint not null,
    word text not null,
    incidents bigint not null,
    primary key (word)
);

create table read.status_page (
    position bigint not null,
    status_page_id text not null,
    name text not null,
    team_id text,
    components jsonb not null,
    added jsonb not null,
    removed_at timestamptz,
    changed_by text not null,
    changed_at timestamptz not null,
    version bigint not null,
    primary key (status_page_id)
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

create table read.team_incident (
    position bigint not null,
    incident_id uuid not null,
    service_id text,
    people jsonb not null,
    primary key (incident_id)
);
create index team_incident_service on read.team_incident (service_id);
create index team_incident_position on read.team_incident (position);

create table read.service_team (
    position bigint not null,
    service_id text not null,
    team_id text,
    primary key (service_id)
);

create table read.team_people (
    position bigint not null,
    team_id text not null,
    members jsonb not null,
    team_only boolean not null,
    primary key (team_id)
);

create table read.team (
    position bigint not null,
    team_id text not null,
    name text not null,
    members jsonb not null,
    members_may_override boolean not null,
    zone text,
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

create table read.tracker (
    position bigint not null,
    tracker_id text not null,
    vendor text not null,
    site text not null,
    project text not null,
    issue_type text,
    is_signed boolean not null,
    changed_by text not null,
    changed_at timestamptz not null,
    removed_at timestamptz,
    version bigint not null,
    primary key (tracker_id)
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
