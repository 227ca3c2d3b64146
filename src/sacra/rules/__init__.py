"""The rule language: what a rule is (`language`) and the ways to read one (`readings`)."""
