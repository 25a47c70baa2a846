"""Status pages in the browser: what customers are shown, and told."""
