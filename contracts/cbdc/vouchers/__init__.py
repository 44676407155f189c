"""Vouchers: money bound to a purpose."""
