"""Packs and compiled policies."""
