"""Communication sentences: who was informed, inside and outside."""
