"""Captures: packets become flows, flows get names, both become events.

In the order of the work: `files` (pcap, pcapng) finds the packets in a block of bytes, `links`
where IP begins, `network` and `transport` addresses, ports, payloads, by numpy a block at a time;
`grouping` gathers packets into conversations, `table` keeps those; only packets that may carry a
name are then looked at one by one (`tls`, `quic`, `http`, `dns`).
"""
