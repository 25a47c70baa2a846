"""Alert storm: an integration opens more incidents than people can look at, until it is calm."""
