"""Schedule: who is on call when, by layers of rotations and by overrides."""
