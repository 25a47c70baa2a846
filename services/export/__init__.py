"""Export of a postmortem: Markdown, HTML, Confluence's storage format and PDF, of one tree."""
