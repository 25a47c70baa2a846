"""Rights on pages: what a form is worth showing for; the API decides once it is sent."""
