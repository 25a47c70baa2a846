"""Privacy of the log: personal data sealed by keys of their subjects, erased with them."""
