"""Entities, references both ways and derived kinds."""
