"""Pure reasoning, without input or output: case, triage, differential, plan, enquiry."""
