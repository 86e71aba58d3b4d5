"""Packs and compiled policies."""

from concertino.policies.compiling import compile_policy
from concertino.policies.configuration import CONFIGURATION_FILE, SHIPPED_PACK, Configuration, read_configuration
from concertino.policies.expressing import ExpressionCompiler, PolicySource
from concertino.policies.lint import lint_policy
from concertino.policies.loading import PolicySet, load_policies
from concertino.policies.models import MODEL_CHECK, ChosenModel, choose_model
from concertino.policies.mutating import PolicyMutant, policy_mutants
from concertino.policies.packs import MODEL_FILE, OWN_POLICIES, ModelFile, Packs, PolicyFile, find_packs
from concertino.policies.placing import place_inside
from concertino.policies.policy import Aggregate, Expression, HistoryOf, Override, Policy, PolicyOrigin, Validation

__all__ = [
    "CONFIGURATION_FILE",
    "MODEL_CHECK",
    "MODEL_FILE",
    "OWN_POLICIES",
    "SHIPPED_PACK",
    "Aggregate",
    "ChosenModel",
    "Configuration",
    "Expression",
    "ExpressionCompiler",
    "HistoryOf",
    "ModelFile",
    "Override",
    "Packs",
    "Policy",
    "PolicyFile",
    "PolicyMutant",
    "PolicyOrigin",
    "PolicySet",
    "PolicySource",
    "Validation",
    "choose_model",
    "compile_policy",
    "find_packs",
    "lint_policy",
    "load_policies",
    "place_inside",
    "policy_mutants",
    "read_configuration",
]
