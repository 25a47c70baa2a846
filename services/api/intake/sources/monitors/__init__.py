"""Monitors: senders that watch systems and say what is wrong, each in a form of its own."""
