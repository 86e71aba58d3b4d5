"""A decision to a decision record."""
