"""Operations resources: health, metrics, dead letters, and what became of a command."""
