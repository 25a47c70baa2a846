"""Account: how a person signs in, and the roles they have in the organisation."""
