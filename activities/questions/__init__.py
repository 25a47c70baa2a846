"""Weekly questions: which there are for a team, to whom they go, and in which words."""
