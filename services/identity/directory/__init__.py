"""Directory: people whom an identity provider or a directory names, as accounts of ours."""
