"""Fields: what forms and addresses say, as values that the API takes."""
