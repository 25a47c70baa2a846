"""Privacy read models: who may know of which incident."""
