"""Schema files to kinds: their types, references, inverse names and derived kinds."""
