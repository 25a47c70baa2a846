"""Metrics: what the numbers of incidents mean, and the read models that they stand on."""
