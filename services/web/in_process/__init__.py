"""In process: calls of the API from pages, without a port between."""
