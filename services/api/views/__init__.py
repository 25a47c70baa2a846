"""Views: what answers contain, and the bodies that mirror them."""
