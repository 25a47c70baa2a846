"""Commands of responders: declare, acknowledge, advance, resolve, and who does what."""
