-- Messages that were tried in vain are few, and asked for by whoever watches the intake.
create index arrival_failed on es.arrival (id) where outcome = 'failed';
