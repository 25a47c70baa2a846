"""Configuration: the nouns that a team defines, one file each."""
