"""Rules in memory: what every other part asks for, once files are read and checked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from pydantic import TypeAdapter

from shadow_scan.rules.models import Product, Role, VendorFile


@dataclass(frozen=True, slots=True)
class Service:
    """A product of a vendor, as listings speak of it."""

    id: str
    name: str
    vendor: str
    vendor_name: str
    category: str
    product: Product
    file: str


@dataclass(frozen=True)
class RuleSet:
    vendors: Mapping[str, VendorFile]
    """File name relative to its rule folder -> what stands in it."""
    never: Mapping[str, Role]
    """Label -> role, for names under a counted suffix."""
    overlay_notes: tuple[str, ...] = ()

    @cached_property
    def services(self) -> Mapping[str, Service]:
        return {
            product.id: Service(
                product.id, product.name, vendor.id, vendor.name, product.category, product, file
            )
            for file, vendor in self.vendors.items()
            for product in vendor.products
        }

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content; the order and the place of files do not matter."""
        digest = hashlib.sha256(repr(sorted(self.never.items())).encode())
        for vendor in sorted(self.vendors.values(), key=lambda entry: entry.id):
            digest.update(vendor.model_dump_json().encode())
        return digest.hexdigest()


VENDORS: TypeAdapter[dict[str, VendorFile]] = TypeAdapter(dict[str, VendorFile])
