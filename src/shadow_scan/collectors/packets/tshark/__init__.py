"""Packets as tshark dissects them, by way of pyshark: live ones, and links that we do not know."""
