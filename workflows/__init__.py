"""What waits: deadlines, retries, order. No I/O of its own."""
