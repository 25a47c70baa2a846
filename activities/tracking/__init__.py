"""Tracking: action items that are issues in a team's tracker, written there and looked at."""
