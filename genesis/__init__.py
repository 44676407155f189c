"""The genesis document: schema, builder, verifier."""
