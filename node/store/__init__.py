"""What a node keeps on disk: blocks, state, the head mark, the consensus WAL and sign-state."""
