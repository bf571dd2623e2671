"""The JSON Schema of rule files, from the models, so that editors complete and check them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from shadow_scan.rules.models import VendorFile
from shadow_scan.rules.policies import Policy


def vendor_schema() -> dict[str, Any]:
    schema = VendorFile.model_json_schema()
    schema["title"] = "shadow-scan vendor rules"
    return schema


def policy_schema() -> dict[str, Any]:
    schema = Policy.model_json_schema()
    schema["title"] = "shadow-scan policy"
    return schema


def write_schema(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for name, schema in (("vendor", vendor_schema()), ("policy", policy_schema())):
        text = json.dumps(schema, indent=2, sort_keys=True) + "\n"
        (folder / f"{name}.schema.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_schema(Path(sys.argv[1]))
