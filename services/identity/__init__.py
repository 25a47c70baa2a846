"""Identity: accounts, sessions, and the proofs of who somebody is. It knows no process."""
