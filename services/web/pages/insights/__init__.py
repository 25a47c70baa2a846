"""Insights screens: what incidents, alerts and being on call come to, and what it asks of us."""
