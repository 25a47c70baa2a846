"""Web app: what people look at and press. Every fact and every command is the API's."""
