"""Delivery ledger: a message is intended before any provider is called, and has one outcome."""
