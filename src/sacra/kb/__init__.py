"""The only reader of ``knowledge/``: schema, load, check."""
