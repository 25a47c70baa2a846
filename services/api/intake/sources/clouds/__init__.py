"""Clouds: what the monitoring of a cloud sends, and CloudEvents, which belong to none."""
