"""Settings pages: how one is reached, and what the organisation is made of."""
