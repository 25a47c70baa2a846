"""Reports on a schedule: coverage, fairness, conflicts ahead, and the rules of the practice."""
