"""Backtest: past incidents, paged again by a changed escalation policy or schedule."""
