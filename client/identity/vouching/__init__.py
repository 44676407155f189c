"""Vouching off the ledger: vouchers that answer blinded keys, wallets that hide and use them."""
