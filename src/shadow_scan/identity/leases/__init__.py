"""DHCP leases: which device had an address, and when."""

from __future__ import annotations

from shadow_scan.identity.leases.model import Lease, Leases
from shadow_scan.identity.leases.reading import read_leases

__all__ = ["Lease", "Leases", "read_leases"]
