"""Event store: facts, the rules that decide them, and the log that stores them.

One folder an aggregate (`events.py commands.py state.py decide.py`), all pure;
`log/` stores what they decide, and every command is appended through `handle.py`.
"""
