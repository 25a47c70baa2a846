"""Announcement: an incident's status updates on their way to subscribed stakeholders."""
