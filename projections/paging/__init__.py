"""Paging read models: deliveries, channels, and whom paging reaches."""
