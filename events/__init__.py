"""What happened, what may happen, and the log that keeps it.

One folder an aggregate (`events.py commands.py state.py decide.py`), all pure;
`log/` stores what they decide, and `handle.py` is the only door into it.
"""
