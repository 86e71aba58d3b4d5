"""The one operation behind everything: judge a snapshot by its rules on a day."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from concertino.catalogue import Catalogue, CatalogueEntity, GitArchive, TableSource, table_files, yaml_files
from concertino.evaluation import Histories, Judge, member_keys
from concertino.model.json import JsonValue
from concertino.model.outcome import Outcome, Result, Severity
from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.model.snapshot import Snapshot, Source
from concertino.policies import Policy, PolicySource
from concertino.verdict.adr import read_old_records
from concertino.verdict.adr_findings import adr_problems
from concertino.verdict.checks import BUILT_IN_CHECKS, outcome_of
from concertino.verdict.collisions import collisions
from concertino.verdict.entry import days_left
from concertino.verdict.force import Standing
from concertino.verdict.misplaced import closed_folders
from concertino.verdict.register import Register
from concertino.verdict.rules import Rules, unread
from concertino.verdict.stale import stale_findings
from concertino.verdict.successions import decision_problems
from concertino.verdict.verdict import JudgedPolicy, Verdict
from concertino.verdict.views import views
from concertino.verdict.waiving import Waiver

EXPIRING_DAYS = 30
"""An exception that ends within this many days is called expiring: time enough to ask for a renewal or to mend."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True)
class Selection:
    """Which policies judge, and which kinds are judged. Empty means all."""

    policies: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    def takes(self, policy: Policy) -> bool:
        """Whether a policy is wanted."""
        wanted = not self.policies or policy.id in self.policies
        return wanted and (not self.kinds or policy.target in self.kinds)


def read_catalogue(snapshot: Snapshot, rules: Rules) -> Catalogue:
    """The catalogue of a snapshot, under its rules. Rendered records are not part of it."""
    folder, records = rules.configuration.catalogue, rules.configuration.records
    below = [path for path in snapshot.entries if path.startswith(f"{folder}/") and not path.startswith(f"{records}/")]
    wanted = yaml_files(below)
    closed = [path for path in closed_folders(snapshot, folder) if path not in wanted]
    files = snapshot.read(wanted)
    catalogue = rules.builder.build(files, TableSource(table_files(below), lambda paths: _tables(snapshot, paths)))
    missing = unread(snapshot, [*wanted, *closed], files.keys())
    between = decision_problems(catalogue)
    earlier = adr_problems(catalogue, read_old_records(snapshot, rules.configuration), records)
    return replace(catalogue, problems=(*catalogue.problems, *missing, *collisions(below), *between, *earlier))


def _tables(snapshot: Snapshot, paths: Iterable[str]) -> Mapping[str, bytes | Problem]:
    """The tables that documents name, or why one of them can't be read."""
    wanted = list(paths)
    files = snapshot.read(wanted)
    return {**files, **{problem.place.file: problem for problem in unread(snapshot, wanted, files.keys())}}


def no_progress(_doing: str, _done: int, _all: int) -> None:
    """Tell nobody."""


def judge(
    snapshot: Snapshot,
    rules: Rules,
    as_of: str,
    selection: Selection = Selection(),
    progress: Progress = no_progress,
) -> Verdict:
    """The verdict on a snapshot on the ISO day `as_of`."""
    return judge_and_tell(snapshot, rules, as_of, selection, progress)[0]


def judge_and_tell(
    snapshot: Snapshot,
    rules: Rules,
    as_of: str,
    selection: Selection = Selection(),
    progress: Progress = no_progress,
) -> tuple[Verdict, Register]:
    """The verdict on a snapshot, and the register of its exceptions with what they were used for."""
    found = judged(snapshot, rules, as_of, selection, progress)
    return found.verdict, found.register


@dataclass(frozen=True)
class Judged:
    """A verdict and what it was reached on: whoever compares two of them asks for more than findings.

    `register` knows the exceptions, and which findings each of them covers. `unjudged` are the pairs of policy and
    entity that nobody could judge, since something that the policy reads has faults of its own.
    """

    snapshot: Snapshot
    rules: Rules
    catalogue: Catalogue
    register: Register
    verdict: Verdict
    unjudged: frozenset[tuple[str, str]] = frozenset()


def judged(
    snapshot: Snapshot,
    rules: Rules,
    as_of: str,
    selection: Selection = Selection(),
    progress: Progress = no_progress,
) -> Judged:
    """The verdict on a snapshot on the ISO day `as_of`, with what it was reached on."""
    progress("reading the catalogue", 0, 1)
    catalogue = read_catalogue(snapshot, rules)
    histories = read_histories(snapshot, rules, catalogue)
    run = _Run(snapshot.source, rules, catalogue, histories, as_of, selection, progress)
    run.keep(stale_findings(snapshot, rules, catalogue, as_of))
    verdict, register = run.outcome()
    return Judged(snapshot, rules, catalogue, register, verdict, frozenset(run.unjudged))


def judge_entity(
    snapshot: Snapshot, rules: Rules, catalogue: Catalogue, entity: CatalogueEntity, as_of: str
) -> tuple[tuple[Outcome, ...], Register]:
    """The findings of policies on one entity on the ISO day `as_of`, waived ones included, and the register.

    Nothing else is judged, so the register knows only what its exceptions excuse here.
    """
    selection, histories = Selection(kinds=(entity.kind.name,)), read_histories(snapshot, rules, catalogue)
    return _Run(snapshot.source, rules, catalogue, histories, as_of, selection, no_progress).on(entity)


def read_histories(snapshot: Snapshot, rules: Rules, catalogue: Catalogue) -> Histories:
    """What git knows of the past of a snapshot's entities, to be read when a policy asks.

    Those who may sign are the members of the teams in the snapshot itself. So whoever may change a team may also add a
    key there: a signature proves who had the key, and the change to the team has to be judged by its own reviewers.
    Where the rules come from another revision, so do the keys.
    """
    configuration = rules.configuration
    archive = GitArchive(snapshot, configuration.catalogue, configuration.records, configuration.limits)
    trusted = rules.exceptions.trusted
    return Histories(archive, lambda: trusted.keys if trusted else member_keys(catalogue))


@dataclass(frozen=True)
class _Run:
    source: Source
    rules: Rules
    catalogue: Catalogue
    histories: Histories
    as_of: str
    selection: Selection
    progress: Progress
    findings: list[Outcome] = field(default_factory=list)
    results: dict[str, Counter[Result]] = field(default_factory=dict)
    unjudged: set[tuple[str, str]] = field(default_factory=set)

    @property
    def judging(self) -> Judge:
        """What judges the entities of this run."""
        rules = self.rules
        return Judge(
            self.catalogue,
            self.as_of,
            rules.configuration.limits,
            self.histories,
            model=rules.model,
            views=views(self.catalogue, rules, self.as_of),
        )

    def outcome(self) -> tuple[Verdict, Register]:
        policies = [policy for policy in self.rules.policies.policies if self.selection.takes(policy)]
        register = Register.of(self.catalogue, {policy.id: policy for policy in policies}, self.as_of, self.rules)
        for problem in (*self.rules.problems, *self.catalogue.problems):
            self._keep(outcome_of(problem))
        self._judge(policies, Waiver(register, self._retry))
        for outcome in self._on_exceptions(register):
            self._keep(outcome)
        return self._verdict(policies, register), register

    def on(self, entity: CatalogueEntity) -> tuple[tuple[Outcome, ...], Register]:
        """What the selected policies find on one entity."""
        known = {policy.id: policy for policy in self.rules.policies.policies}
        register = Register.of(self.catalogue, known, self.as_of, self.rules)
        waiver, judge = Waiver(register, self._retry), self.judging
        for policy in known.values() if entity.fault is None else ():
            for outcome in judge.outcomes_of(policy, entity) if self.selection.takes(policy) else ():
                self._keep(waiver.apply(policy, outcome) if outcome.is_finding else outcome)
        return tuple(sorted(self.findings, key=_order)), register

    def _verdict(self, policies: list[Policy], register: Register) -> Verdict:
        in_force = tuple((item.name, register.last_day(item)) for item in register.in_force())
        return Verdict(
            source=self.source,
            as_of=self.as_of,
            policies_digest=_digest(policies, self.rules.policies.model),
            policies=tuple(self._reported(policies)),
            findings=tuple(sorted(self.findings, key=_order)),
            entities=self._judged(policies),
            files=self.catalogue.files,
            in_force=in_force,
            expiring=tuple(item for item in in_force if _ends_soon(item[1], self.as_of)),
            overrides=(*self.rules.policies.overrides, *self.rules.exceptions.overrides),
            notes=self._notes(),
        )

    def _judge(self, policies: list[Policy], waiver: Waiver) -> None:
        judge = self.judging
        for index, policy in enumerate(policies):
            self.progress("judging", index, len(policies))
            for outcome in judge.outcomes(policy):
                self._keep(waiver.apply(policy, outcome) if outcome.is_finding else outcome)

    def _retry(self, policy: Policy, subject: str, parameters: Mapping[str, JsonValue]) -> tuple[Outcome, ...]:
        widened = {name: value for name, value in parameters.items() if name in policy.parameters}
        entity = self.catalogue.by_name[subject]
        judge = self.judging
        return judge.outcomes_of(replace(policy, parameters={**policy.parameters, **widened}), entity)

    def keep(self, outcomes: Iterable[Outcome]) -> None:
        """Take outcomes into the verdict that were found elsewhere."""
        for outcome in outcomes:
            self._keep(outcome)

    def _keep(self, outcome: Outcome) -> None:
        self.results.setdefault(outcome.policy, Counter())[outcome.result] += 1
        if outcome.is_finding:
            self.findings.append(outcome)
        elif outcome.result is Result.SKIP and outcome.related:
            self.unjudged.add((outcome.policy, outcome.subject))

    def _on_exceptions(self, register: Register) -> Iterator[Outcome]:
        for standing, problem in register.problems():
            outcome = outcome_of(problem)
            severity = _EXCEPTION_SEVERITIES.get(standing, Severity.WARNING)
            yield replace(outcome, severity=severity, validation=_EXCEPTION_VALIDATIONS.get(standing, str(standing)))

    def _judged(self, policies: list[Policy]) -> int:
        targets = {policy.target for policy in policies}
        return sum(1 for kind in targets for entity in self.catalogue.of_kind(kind) if entity.fault is None)

    def _reported(self, policies: list[Policy]) -> Iterator[JudgedPolicy]:
        for policy in policies:
            yield JudgedPolicy(
                id=policy.id,
                title=policy.title,
                severity=policy.severity,
                enforcement=policy.enforcement,
                description=policy.description,
                remediation=policy.remediation,
                pack=policy.origin.pack,
                mission=policy.mission,
                results=dict(self.results.get(policy.id, {})),
            )
        for check in BUILT_IN_CHECKS.values():
            results = dict(self.results.get(check.id, {}))
            yield JudgedPolicy(
                check.id, check.title, check.severity, check.enforcement, pack="built in", results=results
            )

    def _notes(self) -> tuple[str, ...]:
        notes = []
        if not self.rules.configuration.written:
            packs = ", ".join(self.rules.configuration.extends)
            notes.append(f"There is no concertino.yaml: the defaults hold, with the pack {packs}.")
        if self.rules.policies.switched_off:
            notes.append(f"Switched off by the configuration: {', '.join(self.rules.policies.switched_off)}.")
        faulty = sum(1 for entity in self.catalogue.entities.values() if entity.fault and not entity.kind.derived)
        if faulty:
            many = "entities have" if faulty > 1 else "entity has"
            notes.append(f"{faulty} {many} faults: what reads through them is judged once they can be read.")
        return tuple(notes)


_EXCEPTION_VALIDATIONS = {None: "unknown-policy", Standing.IN_FORCE: "unused"}
_EXCEPTION_SEVERITIES = {None: Severity.ERROR, Standing.NEEDLESS: Severity.NOTE}


def _ends_soon(expires: str, as_of: str) -> bool:
    left = days_left(expires, as_of)
    return left is not None and left <= EXPIRING_DAYS


def _order(item: Outcome) -> tuple[str, int, int, str, str, str, str]:
    place = item.place or Place("")
    return (place.file, place.line, place.column, *item.identity)


def _digest(policies: list[Policy], model: PolicySource | None) -> str:
    """SHA-256 of everything that judges: the policies, and the decision model whose answers they may read."""
    lines = [f"{policy.id} {policy.digest}" for policy in policies]
    if model:
        lines.append(f"{model.origin.file.rpartition('/')[2]} {model.id} {model.digest}")
    return sha256("\n".join(lines).encode()).hexdigest()
