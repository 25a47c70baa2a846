"""Privacy read models: the visibility of incidents."""
