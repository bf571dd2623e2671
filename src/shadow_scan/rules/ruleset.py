"""Rules in memory: what every other part asks for, once files are read and checked."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from shadow_scan.rules.candidates import CandidatesFile
from shadow_scan.rules.lessons import Lesson
from shadow_scan.rules.models import Fact, Plan, Product, Role, Surface, VendorFile
from shadow_scan.rules.work.content import WorkRules


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

    @property
    def surfaces(self) -> tuple[Surface, ...]:
        """Empty where no source says how it is used."""
        return tuple(self.product.surfaces)

    @property
    def task_hints(self) -> tuple[str, ...]:
        return tuple(self.product.task_hints)

    @property
    def facts(self) -> tuple[Fact, ...]:
        return tuple(self.product.facts)

    @property
    def plans(self) -> tuple[Plan, ...]:
        return tuple(self.product.plans)

    def is_unverified(self, what: str) -> bool:
        """True where `hosts`, `vendor`, `task_hints` or `notes` stands without a named source."""
        return what in self.product.unverified


@dataclass(frozen=True)
class RuleSet:
    vendors: Mapping[str, VendorFile]
    """File name relative to its rule folder -> what stands in it."""
    never: Mapping[str, Role]
    """Label -> role, for names under a counted suffix."""
    overlay_notes: tuple[str, ...] = ()
    candidates: CandidatesFile = field(default_factory=CandidatesFile)
    """How hosts of no rule look when they are AI services."""
    work: WorkRules = field(default_factory=WorkRules)
    """How activity, tasks and accounts are known."""
    lessons: tuple[Lesson, ...] = ()
    """What people taught and nobody undid, in the order in which they did; it is in the rules."""
    known_digest: str | None = None
    """That of all but the lessons, where it was kept: to find it takes longer than to read that."""

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
    def updated(self) -> str | None:
        """The latest day on which a file was recorded; None where there is no file."""
        return max((vendor.recorded for vendor in self.vendors.values()), default=None)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content; the order and the place of files do not matter."""
        return self._with_lessons(self.files_digest)

    @cached_property
    def files_digest(self) -> str:
        """That of all but the lessons."""
        return self.known_digest or self._without_lessons(self.vendors.values())

    @cached_property
    def work_version(self) -> str:
        """Eight digits for the rules about work, which reasons carry."""
        return hashlib.sha256(self.work.canonical().encode()).hexdigest()[:8]

    def digest_about(self, vendors: Collection[str]) -> str:
        """That of what the rules say where no host of another vendor is seen."""
        told = [file for file in self.vendors.values() if file.id in vendors]
        return self._with_lessons(self._without_lessons(told))

    def _with_lessons(self, digest: str) -> str:
        lessons = repr([lesson.says for lesson in self.lessons])
        return hashlib.sha256(f"{digest} {lessons}".encode()).hexdigest()

    def _without_lessons(self, vendors: Iterable[VendorFile]) -> str:
        digest = hashlib.sha256(repr(sorted(self.never.items())).encode())
        for content in sorted(vendor.model_dump_json() for vendor in vendors):
            digest.update(content.encode())
        digest.update(self.candidates.model_dump_json().encode())
        digest.update(self.work.canonical().encode())
        return digest.hexdigest()
