"""Configuration read models: responders, policies, services, integrations, keys."""
