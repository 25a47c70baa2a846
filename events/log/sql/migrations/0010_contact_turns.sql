-- Turns of messages to one contact: what was handed to providers lately, and what waits for its turn.
-- A contact is a keyed hash of its address: nobody reads a number out of it. All of it may be lost:
-- then nobody waits, and somebody may get more messages than they should for a while.

create table es.contact_handover (
    contact bytea not null check (octet_length(contact) = 32),
    delivery_id uuid not null,
    handed_at timestamptz not null default clock_timestamp(),
    urgency smallint not null,
    settled boolean not null default false,  -- false: whether it went out is not known (yet)
    primary key (contact, delivery_id, handed_at)
);
create index contact_handover_handed_at on es.contact_handover (handed_at);

create table es.contact_message (
    delivery_id uuid primary key,
    contact bytea not null check (octet_length(contact) = 32),
    kind text not null check (octet_length(kind) between 1 and 100),
    about text not null check (octet_length(about) between 1 and 200),
    incident_id uuid,
    urgency smallint not null,
    first boolean not null,
    happened_at timestamptz not null,        -- what it tells
    asked_at timestamptz not null default clock_timestamp(),  -- its sender, for its turn
    claimed_by uuid,                         -- the message that is about to tell it too
    claimed_at timestamptz,
    told_with uuid                           -- the message that told it
);
create index contact_message_contact on es.contact_message (contact);
create index contact_message_asked_at on es.contact_message (asked_at);

revoke all on es.contact_handover, es.contact_message from public;
grant select, insert, update, delete on es.contact_handover, es.contact_message to tocsin_app;
