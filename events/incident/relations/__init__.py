"""Relations between incidents: merged into another, parent and child."""
