"""A report to text, one file for each format."""
