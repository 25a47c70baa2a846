"""Notary process: signs the tree over the log, beside the appends and never in their way."""
