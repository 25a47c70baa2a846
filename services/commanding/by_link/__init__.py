"""Answering by a link in a message, without a login."""
