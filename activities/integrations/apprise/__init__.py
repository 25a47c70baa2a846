"""Messages to any service that Apprise knows."""
