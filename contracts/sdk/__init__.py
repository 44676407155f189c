"""What a contract may use."""
