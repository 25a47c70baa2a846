"""The others: each as its own documentation would have it used."""
