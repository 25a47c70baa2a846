-- Which change of teams is the newest that may hide an incident from somebody: few events, asked of
-- the log alone, so that what they say counts at once.
create index event_team_sight on es.event (type, position)
    where type in ('team_visibility.changed', 'team.defined', 'service.defined');
