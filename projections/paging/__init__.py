"""Paging read models: deliveries, channel health, and configuration that pages nobody."""
