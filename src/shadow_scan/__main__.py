"""`python -m shadow_scan`."""

from shadow_scan.cli import main

main()
