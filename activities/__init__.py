"""Temporal activities: everything that touches the outside, and the recording of facts."""
