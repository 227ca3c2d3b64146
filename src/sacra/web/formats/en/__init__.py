"""English, for readers on both sides of the Atlantic: 3 April 2026 can be read only one way."""
