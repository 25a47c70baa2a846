"""The tocsin command line."""
