"""A policy for somebody who meets it in a pull request."""

import textwrap

from concertino.policies import Expression, Policy
from concertino.rendering.json import Tree, dumped, filled, finding_tree
from concertino.rendering.painting import harmless
from concertino.verdict.case_examples import CaseExample, CaseExamples

_WIDTH = 100


def policy_text(policy: Policy) -> str:
    """What a policy asks for, why, with which thresholds, and what to do about a finding."""
    rows = ", ".join(policy.mission)
    parts = [
        f"{policy.id}\n{policy.title}",
        f"judges {policy.target} · {policy.severity.value} · {policy.enforcement.value}"
        + (f" · covers {rows}" if rows else "")
        + f"\nfrom {policy.origin.pack}: {policy.origin.file}",
        _filled(policy.description),
    ]
    if policy.parameters:
        lines = [
            f"  {name} = {value}"
            + (f"\n{_filled(policy.parameter_reasons[name], '      ')}" if name in policy.parameter_reasons else "")
            for name, value in policy.parameters.items()
        ]
        parts.append("parameters\n" + "\n".join(lines))
    if policy.when:
        parts.append(f"applies when\n{_code(policy.when)}")
    for item in policy.validations:
        name = f" {item.name}" if item.name else ""
        each = f" for each of\n{_code(item.each)}\n  holds" if item.each else ""
        parts.append(f"validation{name}{each}\n{_code(item.expression)}")
    if policy.approval_right:
        parts.append(f"an exception needs the right: {policy.approval_right}")
    parts.append(f"what to do\n{_filled(policy.remediation, '  ')}")
    return harmless("\n\n".join(parts))


def policy_json(policy: Policy, examples: CaseExamples) -> str:
    """The same for machines, with the shortest cases that pass and that fail."""
    return dumped(
        {
            **filled(
                policy=policy.id,
                title=policy.title,
                description=policy.description.strip(),
                target=policy.target,
                severity=policy.severity.value,
                enforcement=policy.enforcement.value,
                approvalRight=policy.approval_right,
                mission=list(policy.mission),
                pack=policy.origin.pack,
                file=policy.origin.file,
            ),
            "parameters": [
                {"name": name, "value": value, **filled(reason=policy.parameter_reasons.get(name, ""))}
                for name, value in policy.parameters.items()
            ],
            **filled(when=policy.when.tree.source if policy.when else ""),
            "validations": [
                filled(
                    name=item.name,
                    each=item.each.tree.source if item.each else "",
                    expression=item.expression.tree.source,
                )
                for item in policy.validations
            ],
            "remediation": policy.remediation.strip(),
            "examples": {
                "shared": list(examples.shared),
                **({"passes": _example(examples.passing)} if examples.passing else {}),
                **({"fails": _example(examples.failing)} if examples.failing else {}),
            },
        }
    )


def _example(example: CaseExample) -> Tree:
    return {
        "name": example.name,
        "case": example.told,
        "findings": [finding_tree(item) for item in example.outcomes if item.is_finding],
    }


def _code(expression: Expression) -> str:
    return textwrap.indent(expression.tree.source.strip(), "    ")


def _filled(text: str, indent: str = "") -> str:
    paragraphs = text.strip().split("\n\n")
    return "\n\n".join(
        textwrap.fill(" ".join(part.split()), _WIDTH, initial_indent=indent, subsequent_indent=indent)
        for part in paragraphs
    )
