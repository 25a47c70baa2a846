"""Configure commands: responders, policies, services, integrations and keys, a file for each."""
