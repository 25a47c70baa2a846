"""Append-only event log: its values, its Protocol, its codec and its two stores."""
