"""On-call pages: who is on call, when nobody is, and what people agree among themselves."""
