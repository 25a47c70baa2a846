"""The announcement: an incident's status updates on their way to whoever subscribed to them."""
