"""Proof of the log: hash chain, Merkle tree, signed checkpoints, and the lines of an export."""
