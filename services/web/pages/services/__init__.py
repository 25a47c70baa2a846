"""Service pages: what breaks, whose it is, who is paged for it, and how it has been."""
