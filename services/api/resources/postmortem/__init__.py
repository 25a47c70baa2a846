"""Postmortem resources: the document, its sections, timeline, factors, review and publication."""
