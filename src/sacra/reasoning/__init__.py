"""Pure reasoning: case, triage, differential, enquiry, plan. No input or output, no Django, no YAML."""
