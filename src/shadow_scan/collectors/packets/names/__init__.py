"""What a client's first bytes, or its lookups, say of whom it talks to: TLS, QUIC, HTTP, DNS."""
