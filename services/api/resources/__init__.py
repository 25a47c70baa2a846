"""Resources: the operations, one module each; each exposes `router`, which app.py collects."""
