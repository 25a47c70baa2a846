"""Pages: one screen a module, with the forms that are on it."""
