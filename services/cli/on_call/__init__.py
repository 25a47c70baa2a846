"""On-call commands: who is on call, and who stands in for whom."""
