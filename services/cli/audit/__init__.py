"""`tocsin audit`: check the log, take it away with its proofs, and verify it anywhere."""
