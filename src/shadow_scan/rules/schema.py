"""The JSON Schema of rule files, from the models, so that editors complete and check them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from shadow_scan.rules.candidates import CandidatesFile
from shadow_scan.rules.lessons import Lesson
from shadow_scan.rules.models import VendorFile
from shadow_scan.rules.policies import Policy
from shadow_scan.rules.work.models import (
    AccountsFile,
    ActivityFile,
    ClientsFile,
    ConfidenceFile,
    ContextFile,
    TaskFile,
    VocabularyFile,
)

SCHEMAS: dict[str, tuple[type[BaseModel], str]] = {
    "vendor": (VendorFile, "shadow-scan vendor rules"),
    "policy": (Policy, "shadow-scan policy"),
    "task": (TaskFile, "shadow-scan rules of one task"),
    "vocabulary": (VocabularyFile, "shadow-scan tasks and business functions"),
    "context": (ContextFile, "shadow-scan work applications"),
    "clients": (ClientsFile, "shadow-scan client programs"),
    "activity": (ActivityFile, "shadow-scan rules of activity"),
    "accounts": (AccountsFile, "shadow-scan accounts and plans"),
    "candidates": (CandidatesFile, "shadow-scan signs of unknown AI services"),
    "learned": (Lesson, "shadow-scan lesson from a correction"),
    "confidence": (ConfidenceFile, "shadow-scan weights and confidence"),
}


def schema_of(name: str) -> dict[str, Any]:
    model, title = SCHEMAS[name]
    schema = model.model_json_schema()
    schema["title"] = title
    return schema


def vendor_schema() -> dict[str, Any]:
    return schema_of("vendor")


def policy_schema() -> dict[str, Any]:
    return schema_of("policy")


def write_schema(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for name in SCHEMAS:
        text = json.dumps(schema_of(name), indent=2, sort_keys=True) + "\n"
        (folder / f"{name}.schema.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_schema(Path(sys.argv[1]))
