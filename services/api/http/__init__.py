"""HTTP: what every request passes before its operation runs."""
