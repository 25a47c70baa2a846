"""Standing workflows: their starters, which see to it that each is there and hears of changes."""
