"""The Python SDK: wallets, RPC client, light verification."""
