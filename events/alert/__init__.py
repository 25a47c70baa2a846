"""Alert: what a monitor says about one thing, triggered and resolved again and again."""
