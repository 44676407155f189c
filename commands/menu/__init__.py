"""What a user can write: one module for each group of commands. Nothing here does anything."""
