"""Status pages and public posts: what customers are shown, and told."""
