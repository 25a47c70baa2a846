"""Jira: action items as issues of a project."""
