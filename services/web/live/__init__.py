"""Live pages: the regions of a page that changed, sent to everybody who looks at it."""
