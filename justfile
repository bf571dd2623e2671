# One command for everything: `just check`.

export PYTHONPATH := "src:tui"

# everything that must hold before a commit
check: lint types contracts rules test

lint:
    ruff check .
    ruff format --check .

types:
    mypy

contracts:
    lint-imports

rules:
    python -m shadow_scan rules lint
    python -m shadow_scan rules test

test *words:
    pytest -n 2 {{words}}

# the tests with every supported Python that is here: before a release, or a new version of a library
pythons *words:
    ./tools/pythons {{words}}

# write the locked requirements anew, without naming any registry
lock:
    ./tools/lock

# the sample company, byte for byte
sample:
    python sample_logs/generate.py
