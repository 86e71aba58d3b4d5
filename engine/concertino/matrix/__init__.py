"""The decision model's answers, handed to evaluation as values."""
