"""Commanding: a command in, its outcome out, whichever process gives it."""
