"""The processes we run: the only place that builds things."""
