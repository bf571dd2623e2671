"""The one table of what came out, as Markdown."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from .logs import KINDS
from .measure import UNKNOWN, Answer, Measured
from .model import AUTOMATED, BACKGROUND, INTERACTIVE

BIN = 200
_CONFUSED = 14


def rendered(measured: Measured, seeds: Sequence[str], which: str) -> str:
    sections = (
        ("Services", _services), ("Tasks of people's sessions", _tasks), ("By tier", _tiers),
        ("Calibration", _calibration), ("By task", _by_task), ("Taken for another", _confusion),
        ("People, background, automation", _activity), ("Accounts", _accounts),
        ("Candidates", _candidates),
    )  # fmt: skip
    rules = f"rule set {measured.rules[:16]}"
    lines = [f"Companies ({which}): {', '.join(seeds)}; {rules}."]
    for title, section in sections:
        lines += ["", f"### {title}", "", *section(measured)]
    return "\n".join(lines) + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + " --- |" * len(head)
    for row in rows:
        yield "| " + " | ".join(str(cell) for cell in row) + " |"


def _share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "none"


def _of_kind(measured: Measured, kind: str) -> list[Answer]:
    return [answer for answer in measured.answers if answer.kind == kind]


def _people(measured: Measured, kind: str) -> list[Answer]:
    """Sessions that were truly people's and are shown as such."""
    answers = _of_kind(measured, kind)
    return [a for a in answers if a.truth == INTERACTIVE and a.activity == INTERACTIVE]


def _answered(answers: Iterable[Answer]) -> list[Answer]:
    return [answer for answer in answers if answer.task != UNKNOWN]


def _services(measured: Measured) -> Iterator[str]:
    def row(kind: str) -> tuple[object, ...]:
        answers = _of_kind(measured, kind)
        true = sum(answer.truth != "" for answer in answers)
        wanted, found = measured.wanted[kind], measured.found[kind]
        return kind, len(answers), _share(true, len(answers)), wanted, _share(found, wanted)

    head = ("log", "sessions shown", "precision", "sittings of people", "recall")
    yield from _table(head, map(row, KINDS))


def _tasks(measured: Measured) -> Iterator[str]:
    def row(kind: str) -> tuple[object, ...]:
        answers = _people(measured, kind)
        given = _answered(answers)
        right = sum(answer.right for answer in given)
        guess = Counter(answer.true_task for answer in answers).most_common(1)
        most = guess[0][1] if guess else 0
        return (kind, len(answers), _share(len(given), len(answers)), _share(right, len(given)),
                _share(most, len(answers)))  # fmt: skip

    head = ("log", "sessions", "answered", "right of those", "always the commonest task")
    yield from _table(head, map(row, KINDS))


def _tiers(measured: Measured) -> Iterator[str]:
    def row(kind: str) -> tuple[object, ...]:
        given = _people(measured, kind)
        cells: list[object] = [kind]
        for tier in ("observed", "likely", "possible"):
            of_tier = [answer for answer in given if answer.tier == tier]
            right = sum(answer.right for answer in of_tier)
            cells += [len(of_tier), _share(right, len(of_tier))]
        return (*cells, sum(answer.task == UNKNOWN for answer in given))

    head = ("log", "observed", "right", "likely", "right", "possible", "right", "unknown")
    yield from _table(head, map(row, KINDS))


def bins(answers: Iterable[Answer]) -> list[list[Answer]]:
    """Answers by confidence in bins of at least 200; equal confidences stay together."""
    groups: dict[float, list[Answer]] = defaultdict(list)
    for answer in answers:
        groups[round(answer.confidence, 4)].append(answer)
    found: list[list[Answer]] = []
    for confidence in sorted(groups):
        if found and len(found[-1]) < BIN:
            found[-1] += groups[confidence]
        else:
            found.append(groups[confidence])
    if len(found) > 1 and len(found[-1]) < BIN:
        found[-2:] = [found[-2] + found[-1]]
    return found


def _gap(group: Sequence[Answer]) -> tuple[float, float]:
    said = sum(answer.confidence for answer in group) / len(group)
    return said, sum(answer.right for answer in group) / len(group)


def calibration_error(answers: Sequence[Answer]) -> float:
    return sum(
        len(group) * abs(said - true) for group in bins(answers) for said, true in [_gap(group)]
    ) / max(1, len(answers))


def _calibration(measured: Measured) -> Iterator[str]:
    rows = []
    for kind in KINDS:
        given = _answered(_people(measured, kind))
        for group in bins(given):
            said, true = _gap(group)
            rows.append((kind, len(group), f"{said:.3f}", f"{true:.3f}", f"{abs(said - true):.3f}"))
        error = f"{calibration_error(given):.3f}" if given else "none"
        rows.append((kind, len(given), "", "expected calibration error", f"**{error}**"))
    yield from _table(("log", "sessions", "said", "true", "difference"), rows)


def _by_task(measured: Measured) -> Iterator[str]:
    answers = [answer for kind in KINDS for answer in _people(measured, kind)]

    def row(task: str) -> tuple[object, ...]:
        cells: list[object] = [task]
        for kind in KINDS:
            of_task = [a for a in answers if a.kind == kind and a.true_task == task]
            given = _answered(of_task)
            right = sum(answer.right for answer in given)
            cells += [len(of_task), _share(len(given), len(of_task)), _share(right, len(given))]
        return tuple(cells)

    head = ["task", *(word for kind in KINDS for word in (kind, "answered", "right"))]
    yield from _table(head, map(row, sorted({answer.true_task for answer in answers})))


def _confusion(measured: Measured) -> Iterator[str]:
    rows = []
    for kind in KINDS:
        wrong = [a for a in _answered(_people(measured, kind)) if not a.right]
        pairs = Counter((a.true_task, a.task) for a in wrong)
        rows += [(kind, *pair, count) for pair, count in pairs.most_common(_CONFUSED)]
    yield from _table(("log", "truly", "taken for", "sessions"), rows)


def _activity(measured: Measured) -> Iterator[str]:
    def row(kind: str) -> tuple[object, ...]:
        answers = _of_kind(measured, kind)
        pairs = Counter((answer.truth, answer.activity) for answer in answers)
        people = sum(pairs[INTERACTIVE, shown] for shown in (INTERACTIVE, BACKGROUND, AUTOMATED))
        noise = pairs[BACKGROUND, INTERACTIVE] + pairs[AUTOMATED, INTERACTIVE]
        return (
            kind, people, _share(pairs[INTERACTIVE, INTERACTIVE], people),
            _share(noise, people), _shown(pairs, BACKGROUND), _shown(pairs, AUTOMATED),
        )  # fmt: skip

    head = ("log", "people's sessions", "shown as such", "noise added to them",
            "background, shown as such", "automation, shown as such")  # fmt: skip
    yield from _table(head, map(row, KINDS))


def _shown(pairs: Counter[tuple[str, str]], activity: str) -> str:
    of_it = sum(pairs[activity, shown] for shown in (INTERACTIVE, BACKGROUND, AUTOMATED))
    return f"{of_it}, {_share(pairs[activity, activity], of_it)}"


def _accounts(measured: Measured) -> Iterator[str]:
    def row(kind: str) -> tuple[object, ...]:
        known = [a for a in _people(measured, kind) if a.true_account]
        given = [answer for answer in known if answer.account]
        right = sum(answer.account == answer.true_account for answer in given)
        return kind, len(known), _share(len(given), len(known)), _share(right, len(given))

    head = ("log", "sessions with one kind of account", "told", "right of those")
    yield from _table(head, map(row, KINDS))


def _candidates(measured: Measured) -> Iterator[str]:
    rows = [
        (seed, kind, f"{first} of 20", wrong, listed)
        for (seed, kind), (first, wrong, listed) in measured.ranks.items()
    ]
    head = ("company", "log", "planted services in the first 25", "false friends at 0.5 or more",
            "candidates")  # fmt: skip
    yield from _table(head, rows)
