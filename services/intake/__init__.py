"""Alert intake: stores what senders and watchers report, for every process that hears of it."""
