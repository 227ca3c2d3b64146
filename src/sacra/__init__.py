"""Sacra: open software for pain from the sacroiliac joint."""
