"""Fits the weights of task signals to labelled sessions, and says how well they hold elsewhere.

    python -m benchmarks.fit_weights --keep FOLDER     # a quarter of an hour, then seconds

Companies are those of the development seeds of `benchmarks/accuracy` and eight more, in trades of
their own; test companies are never made here. Weights are fitted by likelihood: every task against
the others and against none, pulled toward what the signal weighs now. One half of the companies is
fitted and the other judged, and the other way round; then all are fitted, and what is printed can
be put into the rules by hand.
"""

from __future__ import annotations

import argparse
import math
import pickle
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from benchmarks.accuracy import company
from benchmarks.accuracy.generate import Made, make
from benchmarks.accuracy.logs import INSPECTED, LOOKUPS, TUNNELS
from benchmarks.accuracy.measure import (
    MIXED,
    _by_person_and_service,
    _command,
    _overlapping,
    _scan,
    _sessions,
    _span,
)
from benchmarks.accuracy.model import INTERACTIVE

from shadow_scan.analysis.work import seen_in
from shadow_scan.bundled import bundled
from shadow_scan.rules.loader import load_rules
from shadow_scan.rules.work.evidence import Rule
from shadow_scan.rules.work.signals import TaskRules, _strongest

Numbers = npt.NDArray[np.float64]

MORE: dict[str, dict[str, int]] = {
    "university": {"research": 22, "general": 8, "operations": 8, "engineering": 5, "hr": 4,
                   "finance-procurement": 4, "legal": 2, "marketing": 4},
    "bank": {"finance-procurement": 18, "customer-service": 10, "legal": 8, "sales": 8,
             "engineering": 8, "general": 4, "hr": 3},
    "publisher": {"marketing": 12, "research": 8, "design": 8, "general": 8, "sales": 6, "legal": 3,
                  "hr": 3, "customer-service": 5},
    "hotel-chain": {"operations": 14, "customer-service": 12, "marketing": 8, "hr": 6, "sales": 6,
                    "finance-procurement": 6, "general": 5, "design": 3},
    "builder": {"operations": 14, "engineering": 8, "legal": 6, "finance-procurement": 10,
                "sales": 6, "hr": 4, "general": 6},
    "consultancy": {"research": 12, "sales": 10, "general": 12, "legal": 6,
                    "finance-procurement": 6, "hr": 5, "design": 5},
    "software-maker-b": company.TEAMS["software-maker"],
    "law-practice-b": company.TEAMS["law-practice"],
}  # fmt: skip
FIRST_HALF = ("software-maker", "machine-works", "university", "publisher", "builder",
              "software-maker-b")  # fmt: skip
SHARES = {INSPECTED: 0.77, TUNNELS: 0.75, LOOKUPS: 0.70}
"""Kind of log -> the share answered at which the halves are compared."""
PULL, PULL_OF_STRONG = 3.0, 30.0
STEPS, PACE = 350, 0.03


@dataclass(frozen=True, slots=True)
class Labelled:
    """One session of a person: what it showed, and its messages by task."""

    seed: str
    kind: str
    shown: str
    messages: Counter[str]


class Sums:
    """Sessions as sums over signals: one row a session and task that something speaks for."""

    def __init__(self, tasks: TaskRules, sessions: list[Labelled]) -> None:
        self.sessions, self.prior = sessions, tasks._confidence.prior
        self.many = len(tasks._tasks)
        self.names: dict[str, int] = {}
        self.now: list[float] = []
        self.strong: list[bool] = []
        rows, columns, times = [], [], []
        self.of_session, self.share, self.right, n = [], [], [], 0
        for at, session in enumerate(sessions):
            for task, held in _held(tasks, session.shown).items():
                for rule, weight in held:
                    rows.append(n)
                    columns.append(self._number(rule))
                    times.append(weight / rule.weight)
                part = session.messages[task] / session.messages.total()
                self.of_session.append(at)
                self.share.append(part)
                self.right.append(part >= MIXED)
                n += 1
        self.rows, self.columns = np.array(rows), np.array(columns)
        self.times = np.array(times)
        self.session = np.array(self.of_session)
        self.true = np.array(self.share)
        self.tasks = np.bincount(self.session, minlength=len(sessions))

    def _number(self, rule: Rule) -> int:
        if rule.name not in self.names:
            self.names[rule.name] = len(self.names)
            self.now.append(rule.weight)
            self.strong.append(rule.signal.strength == "strong")
        return self.names[rule.name]

    def chances(self, weights: Numbers) -> Numbers:
        sums = np.bincount(self.rows, self.times * weights[self.columns], len(self.session))
        each = np.exp(np.minimum(self.prior + sums, 30))
        rest = 1 + math.exp(self.prior) * np.maximum(self.many - self.tasks, 0)
        whole = rest + np.bincount(self.session, each, len(self.sessions))
        return np.asarray(each / whole[self.session])

    def fitted(self, sessions: npt.NDArray[np.bool_]) -> Numbers:
        """Adam on the likelihood of these sessions."""
        now = np.array(self.now)
        pull = np.where(self.strong, PULL_OF_STRONG, PULL)
        weights, slope, spread = now.copy(), np.zeros_like(now), np.zeros_like(now)
        counted = sessions[self.session]
        for step in range(1, STEPS + 1):
            wrong = (self.chances(weights) - self.true) * counted
            by_signal = np.bincount(self.columns, self.times * wrong[self.rows], len(now))
            gradient = by_signal + pull * (weights - now)
            slope = 0.9 * slope + 0.1 * gradient
            spread = 0.999 * spread + 0.001 * gradient**2
            even = np.sqrt(spread / (1 - 0.999**step)) + 1e-8
            weights = weights - PACE * slope / (1 - 0.9**step) / even
        return weights

    def right_of(self, weights: Numbers, kind: str, sessions: npt.NDArray[np.bool_]) -> float:
        """Share of right answers, of the surest sessions of this kind of log."""
        chances = self.chances(weights)
        order = np.argsort(chances)
        best, right = np.zeros(len(self.sessions)), np.zeros(len(self.sessions), bool)
        best[self.session[order]] = chances[order]
        right[self.session[order]] = np.array(self.right)[order]
        of_kind = np.array([session.kind == kind for session in self.sessions]) & sessions
        surest = np.flatnonzero(of_kind)[np.argsort(-best[of_kind], kind="stable")]
        return float(right[surest[: int(SHARES[kind] * len(surest))]].mean())


def _held(tasks: TaskRules, shown: str) -> dict[str, list[tuple[Rule, float]]]:
    """Task -> its signals, as the rules say them, and what each weighs here."""
    seen = seen_in(shown, tasks)
    plain = {rule.name: rule for rule in tasks._of_service(seen.service) if rule.holds(seen)}
    weighed = [rule.weighed(seen, tasks._confidence) for rule in plain.values()]
    return {
        task: [(plain[rule.name], rule.weight) for rule in rules if rule.weight]
        for task, rules in _strongest(weighed).items()
    }


def labelled(seed: str, folder: Path) -> Iterator[Labelled]:
    """People's sessions that are shown as such; made and scanned once, read again after that."""
    kept = folder / "made.pickle"
    if not kept.exists():
        made = make(seed, folder)
        for kind in SHARES:
            _scan(folder / "workspace" / kind.replace(" ", "-"), made, made.files[kind])
        kept.write_bytes(pickle.dumps(made))
    made = pickle.loads(kept.read_bytes())  # noqa: S301 - our own file
    for kind in SHARES:
        _command(folder / "workspace" / kind.replace(" ", "-"), "tasks")  # by the present rules
        yield from _of_kind(made, kind, folder / "workspace" / kind.replace(" ", "-"))


def _of_kind(made: Made, kind: str, place: Path) -> Iterator[Labelled]:
    labels = _by_person_and_service(made, kind)
    everybody = made.company.everybody
    names = {text: who.name for who in everybody for text in (who.address, who.device)}
    for session in _sessions(place)[1]:
        person = names.get(session["identity"], session["identity"])
        present = _overlapping(labels.get((person, session["service"]), []), _span(session))
        messages: Counter[str] = Counter()
        for label in present:
            messages.update(label.tasks if label.activity == INTERACTIVE else {})
        if messages and (session["activity"] or INTERACTIVE) == INTERACTIVE:
            yield Labelled(made.company.seed, kind, session["shown"], messages)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--keep", type=Path, required=True, help="companies and workspaces")
    asked = parser.parse_args()
    company.TEAMS.update(MORE)
    tasks = TaskRules(load_rules(bundled("rules")))
    seeds = (*company.DEVELOPMENT, *MORE)
    sums = Sums(tasks, [one for seed in seeds for one in labelled(seed, asked.keep / seed)])
    first = np.array([session.seed in FIRST_HALF for session in sums.sessions])
    now = np.array(sums.now)
    for kind, share in SHARES.items():
        for fitted, judged in ((first, ~first), (~first, first)):
            before = sums.right_of(now, kind, judged)
            after = sums.right_of(sums.fitted(fitted), kind, judged)
            print(f"{kind}, at {share:.0%}: {before:.1%} right now, {after:.1%} if fitted")
    weights = sums.fitted(np.ones(len(sums.sessions), bool))
    for name, number in sorted(sums.names.items()):
        print(f"{name:60} {sums.now[number]:5.1f} {weights[number]:6.2f}")


if __name__ == "__main__":
    main()
