"""Web push: messages to a browser that subscribed."""
