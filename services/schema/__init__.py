"""Database schema: migrations, and the read models' tables."""
