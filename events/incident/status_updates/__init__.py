"""Status updates of an incident: each promises the next one."""
