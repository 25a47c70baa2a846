"""Public status page: files that customers read, also while everything else is away."""
