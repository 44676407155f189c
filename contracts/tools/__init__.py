"""What reads or runs contracts without deciding a block: the language's check, the ABI, tests."""
