-- What changed of maintenance windows: few, and asked for at every message of a monitor.
create index event_maintenance on es.event (position) include (stream)
    where type in (
        'maintenance_window.defined', 'maintenance_window.extended', 'maintenance_window.ended',
        'maintenance_window.cancelled', 'maintenance_window.reported'
    );

-- Alerts that are held back or were: the projector finds here what is to be released.
create index event_hold on es.event (position) include (stream)
    where type in ('alert.held', 'alert.passed');
