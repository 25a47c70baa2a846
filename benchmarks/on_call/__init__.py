"""On-call arithmetic: how long a question and a year take."""
