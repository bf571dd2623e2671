"""The whole sample: what happened, what was logged, what is true."""

from __future__ import annotations

from pathlib import Path

from . import company_files, habits, proxysg, resolvers, scenes, squid, zeek
from .logfile import LogFile
from .model import Visit
from .truth import truth

RECORDINGS = (squid, proxysg, zeek, resolvers)


def all_visits() -> list[Visit]:
    """Everything that happened in the two weeks, in the order of time."""
    story = [*habits.ordinary_days(), *scenes.staged()]
    return sorted(story, key=lambda visit: (visit.begin, visit.identity.name, visit.host))


def all_logs(visits: list[Visit]) -> list[LogFile]:
    """Every log file, each from the visits that passed its recorder."""
    return [
        file
        for recording in RECORDINGS
        for file in recording.logs(
            [visit for visit in visits if visit.identity.recorder in recording.RECORDERS]
        )
    ]


def write_sample(folder: Path) -> list[Path]:
    """Write logs, people, settings and truth below ``folder``; the paths, as written."""
    visits = all_visits()
    files = all_logs(visits)
    for file in files:
        file.write(folder)
    documents = {
        "people.csv": company_files.people_csv(),
        "settings.toml": company_files.settings_toml(),
        "truth.json": company_files.truth_json(truth(visits, files)),
    }
    for name, text in documents.items():
        (folder / name).write_bytes(text.encode("utf-8"))
    return [folder / name for name in [*(file.name for file in files), *documents]]
