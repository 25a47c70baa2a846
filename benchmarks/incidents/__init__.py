"""Benchmarks of incidents: commands, paging, many open ones and a long one."""
