"""The alert: what a monitor says about one thing, triggered and resolved again and again."""
