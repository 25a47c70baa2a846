"""The integration: a monitor that may send alerts for one service."""
