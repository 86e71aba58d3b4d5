"""The decision model's answers: compiled from a document, answered, verified, and tried for how well they stand."""
