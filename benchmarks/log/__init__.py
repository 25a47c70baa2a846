"""Benchmarks of the log: appends, replay, projections and audit."""
