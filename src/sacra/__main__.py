"""`python -m sacra` is the command line too."""

from sacra.cli import main

main(prog_name="sacra")
