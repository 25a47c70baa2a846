"""The subscription: who is sent the status updates of which incidents."""
