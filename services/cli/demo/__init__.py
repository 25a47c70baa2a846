"""Demo: one incident from alert to postmortem, seen through the public API only."""
