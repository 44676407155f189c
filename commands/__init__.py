"""The commands of `sapha`, one module a group."""
