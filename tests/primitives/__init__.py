"""Law of the leaf types: encoding, hashes, transactions, blocks, certificates, proofs."""
