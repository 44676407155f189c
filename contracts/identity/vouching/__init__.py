"""Vouching: certificates of several agencies, without which no key acts for a citizen."""
