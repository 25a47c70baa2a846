"""Entry: pages for whoever is not signed in yet."""
