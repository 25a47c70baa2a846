"""Status page: what customers are shown, and of which parts."""
