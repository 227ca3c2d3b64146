"""What is fast, beside what a user would run instead. Figures are printed, never asserted."""
