"""The pure consensus engine: events in, effects out."""
