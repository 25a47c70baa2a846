"""Company: who works in the simulated company, what they run, and when they are on call or away."""
