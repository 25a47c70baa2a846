"""Receipt: what came back about one message, after its provider had taken it."""
