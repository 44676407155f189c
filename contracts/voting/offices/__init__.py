"""What the authority and the official decide together about an election that is open."""
