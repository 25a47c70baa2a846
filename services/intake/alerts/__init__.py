"""Alert intake: how a batch of signals becomes alerts and at most one incident."""
