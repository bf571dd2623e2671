"""Capture files as blocks of packets: pcap and pcapng, as far as they are whole; their digest."""
