"""The box: ballots of pseudonyms."""
