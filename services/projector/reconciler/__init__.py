"""Reconciler: finds workflows that do not agree with the log, and repairs them from it."""
