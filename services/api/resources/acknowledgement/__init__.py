"""Acknowledgement by link: the page behind a link in a message."""
