"""Commands over HTTP: what a request says of its command, and what it is answered."""
