"""Weekly questions: the findings of a team, put to its people once a week if they want that."""
