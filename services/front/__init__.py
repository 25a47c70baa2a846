"""Front: the process that serves the API and the web app on one port."""
