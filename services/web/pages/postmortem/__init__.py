"""Postmortem forms: what people do on the page of the document, a part of it in each module."""
