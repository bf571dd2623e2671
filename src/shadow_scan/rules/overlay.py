"""Lays an organisation's own rules over the shipped ones: replace, disable, add.

Changes nothing on disk, and judges nothing but names that do not exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shadow_scan.rules.matcher import Matcher
from shadow_scan.rules.models import Hosts, Product, Role, VendorFile
from shadow_scan.rules.ruleset import RuleSet

Vendors = Mapping[str, VendorFile]

OWN = "own/"
"""Stands before the file names of an organisation's own rules."""


@dataclass(frozen=True, slots=True)
class Overlaid:
    vendors: dict[str, VendorFile]
    notes: tuple[str, ...]
    """What the own rules did, a line each."""


def overlaid(
    shipped: Vendors, own: Vendors, disabled: Sequence[str], never: Mapping[str, Role]
) -> Overlaid:
    """Both together. A product of the same id, or a pattern of the same text, is the own one."""
    known = {product.id for vendor in shipped.values() for product in vendor.products}
    replaced = {product.id for vendor in own.values() for product in vendor.products}
    taken = {pattern for vendor in own.values() for pattern in _patterns(vendor)}
    verbs = {name: "replace" if name in known else "add" for name in replaced}
    kept = dict(_kept(shipped, replaced | set(disabled)))
    notes = [f"own rules {verb} {name}" for name, verb in sorted(verbs.items())]
    notes += [f"own rules disable {name}" for name in sorted(set(disabled))]
    notes += sorted(_takings(kept, taken))
    mine = Matcher(RuleSet({OWN + name: vendor for name, vendor in own.items()}, never))
    left = {name: _without_patterns(vendor, taken, mine) for name, vendor in kept.items()}
    return Overlaid({**left, **mine.rule_set.vendors}, tuple(notes))


def _patterns(vendor: VendorFile) -> Iterator[str]:
    for hosts in (vendor.hosts, *(product.hosts for product in vendor.products)):
        for _, pattern in hosts.patterns():
            yield pattern


def _kept(shipped: Vendors, gone: set[str]) -> Iterator[tuple[str, VendorFile]]:
    """The shipped files without those products; one that loses all of them goes as a whole."""
    for name, vendor in shipped.items():
        products = [product for product in vendor.products if product.id not in gone]
        if products or not vendor.products:
            tests = [test for test in vendor.tests if test.service not in gone]
            yield name, vendor.model_copy(update={"products": products, "tests": tests})


def _takings(kept: Vendors, taken: set[str]) -> Iterator[str]:
    for vendor in kept.values():
        for product in vendor.products:
            for _, pattern in product.hosts.patterns():
                if pattern in taken:
                    yield f"own rules take {pattern} from {product.id}"


def _without_patterns(vendor: VendorFile, taken: set[str], mine: Matcher) -> VendorFile:
    """A shipped test of what the own rules now decide would only say that they do."""
    tests = [test for test in vendor.tests if mine.match(test.host, test.path) is None]
    update: dict[str, Any] = {"tests": tests}
    if not taken.isdisjoint(_patterns(vendor)):
        update["hosts"] = _hosts_without(vendor.hosts, taken)
        update["products"] = [_product_without(product, taken) for product in vendor.products]
    return vendor.model_copy(update=update)


def _product_without(product: Product, taken: set[str]) -> Product:
    plans = {
        plan: [pattern for pattern in patterns if pattern not in taken]
        for plan, patterns in product.plan_hosts.items()
    }
    tenants = [pattern for pattern in product.tenant_hosts if pattern not in taken]
    return product.model_copy(
        update={
            "hosts": _hosts_without(product.hosts, taken),
            "plan_hosts": plans,
            "tenant_hosts": tenants,
        }
    )


def _hosts_without(hosts: Hosts, taken: set[str]) -> Hosts:
    left = {
        role: [pattern for pattern in getattr(hosts, role) if pattern not in taken]
        for role in Hosts.model_fields
    }
    return hosts.model_copy(update=left)
