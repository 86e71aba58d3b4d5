# ruff: noqa: INP001 - a script, not a package
"""Evaluations a second: ours against Google's runtime, on the same rules and entities, in the same run.

Run it with `python benchmarks/evaluation.py`. Google's runtime is measured in a process of its own, since it can take
its process down. Both get the same checked expressions over untyped maps, and the bindings of an entity once for all
its rules. Making the bindings counts: Google's runtime takes a copy of an entity, ours reads it where it is.
"""

import json
import subprocess
import sys
import time

from cel_expr_python import cel

from concertino.expressions.meter import Meter
from concertino.expressions.program import compile_tree
from concertino.expressions.wire import decode

ENTITIES = 2000
ROUNDS = 3
TARGET = 3.0
CONFIG = "extensions: [{name: optional}, {name: lists}, {name: strings}, {name: math}, {name: bindings}]"
MODELS = ("operate", "orchestrate", "federate", "observe")
RULES = [
    rule.replace("MODEL", model)
    for model in MODELS
    for rule in (
        'entity.spec.model == "MODEL" && entity.spec.status == "accepted"',
        'entity.spec.model != "MODEL" || size(entity.spec.evidence) >= 2',
        'entity.spec.evidence.all(e, has(e.source) || e.basis != "MODEL")',
        'entity.spec.evidence.exists(e, e.basis == "observed" && e.value > 30)',
        'entity.spec.?transition.orValue({}).?to.orValue("MODEL") == entity.spec.model',
        'entity.spec.deciders.filter(d, d.startsWith("team:")).size() >= 2',
        'entity.metadata.name.contains("7") ? entity.spec.weight * 2 > 100 : entity.spec.model in ["MODEL", "other"]',
        'has(entity.spec.nextReview) && entity.spec.nextReview >= "2026-06-30" && entity.spec.model == "MODEL"',
    )
]


def entities() -> list[dict[str, object]]:
    return [
        {
            "metadata": {"name": f"decision-{number}"},
            "spec": {
                "model": MODELS[number % 3],
                "status": "accepted" if number % 5 else "proposed",
                "evidence": [
                    {"basis": "observed" if place else "claimed", "value": number % 50, "source": "finance"}
                    for place in range(number % 4)
                ],
                "deciders": ["team:brand", "team:platform", "person"],
                "weight": number % 97,
                "nextReview": f"2026-{number % 12 + 1:02d}-01",
            }
            | ({"transition": {"from": "operate", "to": "federate"}} if number % 2 else {}),
        }
        for number in range(ENTITIES)
    ]


def environment() -> object:
    variables = {"entity": cel.Type.Map(cel.Type.STRING, cel.Type.DYN)}
    return cel.NewEnv(None, config=cel.NewEnvConfigFromYaml(CONFIG), variables=variables)


def ours() -> tuple[float, int]:
    """Seconds for all rules on all entities, and how many hold."""
    checker = environment()
    programs = [compile_tree(decode(checker.compile(rule).serialize(), rule)) for rule in RULES]  # type: ignore[attr-defined]
    data = entities()
    meter = Meter(10**12, 10**6)
    start = time.perf_counter()
    everything = [{"entity": entity} for entity in data]
    held = sum(program.evaluate(bindings, meter) is True for bindings in everything for program in programs)
    return time.perf_counter() - start, held


def googles() -> tuple[float, int]:
    checker = environment()
    expressions = [checker.compile(rule) for rule in RULES]  # type: ignore[attr-defined]
    data = entities()
    start = time.perf_counter()
    everything = [checker.Activation({"entity": entity}) for entity in data]  # type: ignore[attr-defined]
    held = sum(rule.eval(bindings).plain_value() is True for bindings in everything for rule in expressions)
    return time.perf_counter() - start, held


def main() -> None:
    if sys.argv[1:] == ["google"]:
        print(json.dumps(googles()))
        return
    ratios = []
    for _ in range(ROUNDS):
        child = subprocess.run([sys.executable, __file__, "google"], capture_output=True, text=True, check=True)
        their_seconds, their_held = json.loads(child.stdout)
        our_seconds, our_held = ours()
        assert our_held == their_held, "both must agree on every rule"
        count = len(RULES) * ENTITIES
        ratios.append(their_seconds / our_seconds)
        print(f"ours {count / our_seconds:>10,.0f}/s   Google's {count / their_seconds:>10,.0f}/s   × {ratios[-1]:.1f}")
    middle = sorted(ratios)[len(ratios) // 2]
    print(f"{len(RULES)} rules × {ENTITIES} entities: {middle:.1f} times as fast (wanted: {TARGET:.0f})")
    sys.exit(middle < TARGET)


if __name__ == "__main__":
    main()
