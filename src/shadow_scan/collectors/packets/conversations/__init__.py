"""Segments put together into conversations: how much each carried and how it began, bounded."""
