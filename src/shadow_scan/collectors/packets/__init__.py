"""Captures: packets become flows, flows get names, both become events.

In the order of the work: `files` finds the packets in a block of bytes; `layers` where IP begins,
and addresses, ports, payloads, by numpy a block at a time; `conversations` gathers packets and
keeps what they add up to; only packets that may carry a name are then looked at one by one
(`names`). `tshark` stands in where these cannot serve.
"""
