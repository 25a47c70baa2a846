"""Policy pages: who is paged, in which order, and who would be paged at any time."""
