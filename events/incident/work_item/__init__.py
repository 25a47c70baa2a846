"""Work item of an incident: what waits in a queue because nobody is paged for it."""
