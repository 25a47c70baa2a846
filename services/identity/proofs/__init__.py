"""Proofs: what somebody shows of who they are, and how often they may try."""
