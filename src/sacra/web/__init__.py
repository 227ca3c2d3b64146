"""The Django project: thin views over the same calls."""
