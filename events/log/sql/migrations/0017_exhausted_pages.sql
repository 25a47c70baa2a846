-- How many pages ended without an answer: few, so they are counted whenever somebody asks.

create index event_exhausted on es.event (position) where type = 'escalation.exhausted';
