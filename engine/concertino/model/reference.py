"""References to entities, in the grammar of Backstage: `[kind:][namespace/]name`."""

from dataclasses import dataclass

DEFAULT_NAMESPACE = "default"


@dataclass(frozen=True, slots=True, order=True)
class EntityReference:
    """The identity of an entity: kind, namespace and name, compared without case.

    An entity of a derived kind has the names of its factors, joined by `/`, as its name (`cell:aurora/orders`).
    """

    kind: str
    namespace: str
    name: str

    @property
    def identity(self) -> tuple[str, str, str]:
        """What two references must share to mean the same entity."""
        return (self.kind.casefold(), self.namespace.casefold(), self.name.casefold())

    def __str__(self) -> str:
        space = "" if self.namespace.casefold() == DEFAULT_NAMESPACE else f"{self.namespace}/"
        return f"{self.kind.lower()}:{space}{self.name}"
