"""One commit after the other: what each of them brought, and what it removed.

What did not change is not judged again: a commit that leaves catalogue and rules as they are in an earlier one has its
verdict.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from concertino.model.outcome import Outcome
from concertino.model.snapshot import EntryKind, Snapshot
from concertino.policies import CONFIGURATION_FILE, Configuration
from concertino.verdict.comparing import Gone, brought, removed
from concertino.verdict.judge import Judged, Progress, Selection, judged, no_progress
from concertino.verdict.rules import Rules
from concertino.verdict.sides import compare_judged
from concertino.verdict.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Step:
    """One commit: its verdict, the findings that none of its parents has, and those that all of them have."""

    commit: str
    verdict: Verdict
    brought: tuple[Outcome, ...] = ()
    removed: tuple[Gone, ...] = ()


@dataclass(frozen=True)
class Walker:
    """Judges commits on one day. `open` gives the files of a commit, `rules` what judges them there."""

    open: Callable[[str], Snapshot]
    rules: Callable[[Snapshot], Rules]
    as_of: str
    selection: Selection = field(default_factory=Selection)
    progress: Progress = no_progress
    _judged: dict[str, tuple[str, Judged]] = field(default_factory=dict)
    """What was judged already, by commit, with the digest of its content."""

    def steps(self, commits: Sequence[tuple[str, tuple[str, ...]]]) -> Iterator[Step]:
        """What each commit did. Commits come with their parents, and after those of them that are in the list."""
        waiting: dict[str, int] = {}
        for _, parents in commits:
            for parent in parents:
                waiting[parent] = waiting.get(parent, 0) + 1
        for number, (commit, parents) in enumerate(commits):
            self.progress("judging commits", number, len(commits))
            before = [self._look(parent) for parent in parents]
            yield self._step(commit, before, self._look(commit, parents))
            for parent in parents:
                waiting[parent] -= 1
                if not waiting[parent]:
                    del self._judged[parent]
            if commit not in waiting:
                del self._judged[commit]

    def _step(self, commit: str, before: list[tuple[str, Judged]], now: tuple[str, Judged]) -> Step:
        content, head = now
        if any(known == content for known, _ in before):
            return Step(commit, head.verdict)
        comparisons = [compare_judged(base, head) for _, base in before]
        gone = tuple(removed(comparisons)) if comparisons else ()
        return Step(commit, head.verdict, tuple(brought(comparisons, head.verdict)), gone)

    def _look(self, commit: str, parents: tuple[str, ...] = ()) -> tuple[str, Judged]:
        if commit not in self._judged:
            self._judged[commit] = self._judge(self.open(commit), parents)
        return self._judged[commit]

    def _judge(self, snapshot: Snapshot, parents: tuple[str, ...]) -> tuple[str, Judged]:
        rules = self.rules(snapshot)
        content = _content_of(snapshot, rules.configuration)
        # Where what came before decides as well, it is the same only if nothing happened since the one parent.
        likely = tuple(self._judged)
        if _reads_history(rules):
            likely = parents if len(parents) == 1 else ()
        same = [self._judged[commit][1] for commit in likely if self._judged.get(commit, ("",))[0] == content]
        if not same:
            return content, judged(snapshot, rules, self.as_of, self.selection)
        verdict = replace(same[0].verdict, source=snapshot.source)
        return content, replace(same[0], snapshot=snapshot, verdict=verdict)


class KnownRules:
    """Reads the rules of snapshots, those that have the same files only once."""

    def __init__(self, read: Callable[[Snapshot], Rules]) -> None:
        self._read = read
        self._configurations: dict[str, Configuration] = {}
        self._known: dict[str, Rules] = {}

    def __call__(self, snapshot: Snapshot) -> Rules:
        """The rules in a snapshot of a revision."""
        entry = snapshot.entries.get(CONFIGURATION_FILE)
        named = f"{entry.kind} {entry.blob}" if entry else ""
        configuration = self._configurations.get(named)
        content = _rules_content(snapshot, configuration) if configuration else ""
        found = self._known.get(content) or self._read(snapshot)
        self._configurations[named] = found.configuration
        if not content:
            content = _rules_content(snapshot, found.configuration)
        self._known[content] = found
        return found


def _reads_history(rules: Rules) -> bool:
    asked = rules.exceptions.prover or rules.exceptions.trusted
    return asked is not None or any(policy.history for policy in rules.policies.policies)


def _rules_content(snapshot: Snapshot, configuration: Configuration) -> str:
    """A digest of all files that rules are read from."""
    return _digest(snapshot, (configuration.policies, configuration.schemas))


def _content_of(snapshot: Snapshot, configuration: Configuration) -> str:
    """A digest of all files that can have a say in a verdict, history aside."""
    return _digest(snapshot, (configuration.policies, configuration.schemas, configuration.catalogue))


def _digest(snapshot: Snapshot, folders: tuple[str, ...]) -> str:
    """SHA-256 over paths and blobs below some folders, the configuration, and whatever is no file, wherever it is."""
    prefixes = tuple(f"{folder}/" for folder in folders)
    state = sha256()
    for path, entry in snapshot.entries.items():
        if path == CONFIGURATION_FILE or entry.kind is not EntryKind.FILE or path.startswith(prefixes):
            state.update(f"{entry.kind} {entry.blob} {path}\0".encode("utf-8", "surrogateescape"))
    return state.hexdigest()
