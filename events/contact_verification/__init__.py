"""Contact verification: a code proves that a contact method reaches its person."""
