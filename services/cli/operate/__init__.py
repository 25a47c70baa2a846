"""Commands of operators: read models, reconciling, page tests, the system itself."""
