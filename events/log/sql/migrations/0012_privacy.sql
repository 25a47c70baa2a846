-- Finds the few events that make an incident known to fewer people: what they say counts at once,
-- also where a projection has not read them yet. Other appends never touch this index.

create index event_privacy on es.event (stream, position)
    where type in ('incident.privacy_changed', 'incident.member_removed');
