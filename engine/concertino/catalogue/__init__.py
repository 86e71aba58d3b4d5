"""Entities, references both ways and derived kinds."""

from concertino.catalogue.build import CatalogueBuilder
from concertino.catalogue.catalogue import Catalogue, CatalogueEntity
from concertino.catalogue.loading import Loaded, Loader, reference_of, yaml_files
from concertino.catalogue.places import Marks, Places
from concertino.catalogue.products import CompiledProduct, compile_products
from concertino.catalogue.reference import parse_reference

__all__ = [
    "Catalogue",
    "CatalogueBuilder",
    "CatalogueEntity",
    "CompiledProduct",
    "Loaded",
    "Loader",
    "Marks",
    "Places",
    "compile_products",
    "parse_reference",
    "reference_of",
    "yaml_files",
]
