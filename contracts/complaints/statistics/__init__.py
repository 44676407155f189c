"""Statistics: questions and their answers."""
