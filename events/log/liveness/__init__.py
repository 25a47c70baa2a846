"""Liveness of processes, by the database's clock: pulses, probes and whose turn a look is."""
