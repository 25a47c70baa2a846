"""The append-only log: its values, its Protocol, its codec and its two stores."""
