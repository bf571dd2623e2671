"""Seats for a first purchase: how many regular users there are, and may be in a year. The method
is written down in docs/seats.md."""
