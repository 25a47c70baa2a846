"""GitHub: action items as issues of a repository."""
