"""SCIM 2.0: the door at which an organisation's directory keeps people and groups up to date."""
