"""A change to a YAML file as a text splice at known marks."""
