"""Our evaluator against Google's runtime, on random expressions with random values."""
