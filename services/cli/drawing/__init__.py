"""Drawings of a schedule: strips on a terminal, and SVG or HTML files that need nothing else."""
