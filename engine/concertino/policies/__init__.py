"""Packs and compiled policies."""

from concertino.policies.compiling import PolicySource, compile_policy
from concertino.policies.configuration import CONFIGURATION_FILE, SHIPPED_PACK, Configuration, read_configuration
from concertino.policies.lint import lint_policy
from concertino.policies.loading import PolicySet, load_policies
from concertino.policies.packs import OWN_POLICIES, Packs, PolicyFile, find_packs
from concertino.policies.placing import place_inside
from concertino.policies.policy import Aggregate, Expression, HistoryOf, Override, Policy, PolicyOrigin, Validation

__all__ = [
    "CONFIGURATION_FILE",
    "OWN_POLICIES",
    "SHIPPED_PACK",
    "Aggregate",
    "Configuration",
    "Expression",
    "HistoryOf",
    "Override",
    "Packs",
    "Policy",
    "PolicyFile",
    "PolicyOrigin",
    "PolicySet",
    "PolicySource",
    "Validation",
    "compile_policy",
    "find_packs",
    "lint_policy",
    "load_policies",
    "place_inside",
    "read_configuration",
]
