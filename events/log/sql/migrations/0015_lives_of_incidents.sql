-- Which incidents are open, asked of the log alone: what begins or ends one, the newest first.
-- The fallback pager and the reconciler begin here; projections/incidents/open_incidents.py asks.

create index event_incident_life on es.event (stream, position desc) include (type)
    where type in (
        'incident.declared', 'incident.resolved', 'incident.reopened', 'incident.closed',
        'incident.declined', 'incident.merged'
    );
