"""Blocks of packets as columns: links, addresses, ports and payloads, many packets at once."""
