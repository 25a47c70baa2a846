"""Response commands: declare, acknowledge, advance, resolve, and who does what."""
