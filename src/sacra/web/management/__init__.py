"""Commands for the machine that serves."""
