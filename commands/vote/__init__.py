"""What `sapha vote` does: an election from its manifest to its record, one file a party."""
