"""CEL behind one door: check, compile, evaluate."""
