"""The responder: a person who can be paged, and how to reach them."""
