"""From use to purchase: what a tool is worth, for whom, at what price, instead of what."""
