"""Directory: the people and groups that an organisation's own directory keeps up to date here."""
