"""`python -m concertino`."""

from concertino.cli.main import main

main()
