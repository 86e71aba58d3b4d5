"""Entities, references both ways and derived kinds."""

from concertino.catalogue.archive import GitArchive
from concertino.catalogue.build import CatalogueBuilder
from concertino.catalogue.catalogue import Catalogue, CatalogueEntity
from concertino.catalogue.loading import Loaded, Loader, reference_of, yaml_files
from concertino.catalogue.overlay import Overlay, copied
from concertino.catalogue.places import Marks, Places
from concertino.catalogue.products import CompiledProduct, compile_products
from concertino.catalogue.reference import parse_reference
from concertino.catalogue.states import Ancestry, Line, Past, Point, State, ValueChange
from concertino.catalogue.tables import TableSource, table_files

__all__ = [
    "Ancestry",
    "Catalogue",
    "CatalogueBuilder",
    "CatalogueEntity",
    "CompiledProduct",
    "GitArchive",
    "Line",
    "Loaded",
    "Loader",
    "Marks",
    "Overlay",
    "Past",
    "Places",
    "Point",
    "State",
    "TableSource",
    "ValueChange",
    "compile_products",
    "copied",
    "parse_reference",
    "reference_of",
    "table_files",
    "yaml_files",
]
