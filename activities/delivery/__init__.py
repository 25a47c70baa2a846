"""Delivery: one message to one receiver, checked, rendered, sent and recorded."""
