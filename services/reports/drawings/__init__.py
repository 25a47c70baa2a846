"""Drawings of a report: shapes as SVG, without a script, the same bytes each time.

Colours are classes: the page's style says them, for light, dark and paper.
"""
