"""One module a product or family of them: how its log is told from others, and read."""
