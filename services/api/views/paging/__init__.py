"""Paging views: a page, its level and what follows it."""
