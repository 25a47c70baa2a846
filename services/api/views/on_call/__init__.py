"""On-call views: schedules, overrides, and the shifts that come of them."""
