"""Public posts: what customers are told of an incident, in words written for them."""
