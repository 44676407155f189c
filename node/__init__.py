"""One node: store, execution, mempool, RPC and their wiring."""
