"""Benchmarks against peers, each on the same servers in the same run: docs/benchmarks.md."""
