"""OpenID Connect: signing in through a provider that the team has already."""
