"""Concertino: policy as code for companies that run several brands."""

__version__ = "0.1.0"
