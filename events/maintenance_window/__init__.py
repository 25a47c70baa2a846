"""Maintenance window: planned work, during which new alerts open no incident."""
