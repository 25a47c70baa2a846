"""The operations, one module a resource; each exposes `router`, which app.py collects."""
