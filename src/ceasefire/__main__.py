"""``python -m ceasefire``."""

from ceasefire.cli import main

main()
