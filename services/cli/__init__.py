"""Command line: the `tocsin` command."""
