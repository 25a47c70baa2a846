"""The projector process: tails the log into rows and relays the outbox."""
