"""Bytes of a log as lines: whatever they are packed in, block by block, with their digest."""
