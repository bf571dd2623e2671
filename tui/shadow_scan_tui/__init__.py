"""The terminal screens of shadow-scan; the core never imports this package."""
