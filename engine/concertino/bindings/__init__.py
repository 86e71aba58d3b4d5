"""What expressions see: lazy variables, aggregates over a catalogue; and where in it their values come from."""

from concertino.bindings.aggregates import AggregateTable, fold_values
from concertino.bindings.origins import Origins, Spot, is_read
from concertino.bindings.seen import Bindings, Defined, Surroundings

__all__ = ["AggregateTable", "Bindings", "Defined", "Origins", "Spot", "Surroundings", "fold_values", "is_read"]
