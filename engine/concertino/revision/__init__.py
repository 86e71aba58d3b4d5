"""Git or a working tree to a snapshot: the only room that asks git anything."""
