"""Cover: a shift, or part of one, that somebody asks others to take, and who takes it."""
