"""Intake sources: what each kind of monitor sends, and what it means here."""
