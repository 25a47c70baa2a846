"""Communication read models: status updates, subscriptions, notes."""
