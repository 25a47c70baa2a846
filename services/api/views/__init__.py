"""Views: what answers show, and the bodies that mirror them."""
