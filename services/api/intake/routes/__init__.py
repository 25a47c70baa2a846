"""Intake endpoints: the URLs that monitors send to."""
