"""The same workspaces and logs as those of reading into them."""

from tests.ingest.conftest import place, read, scan

__all__ = ["place", "read", "scan"]
