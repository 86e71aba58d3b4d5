"""One file for each command: parse, build, run, write."""
