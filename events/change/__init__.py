"""Change: a deployment, a switch or a setting that may have caused an incident."""
