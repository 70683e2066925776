"""Saisines, and the cases that grow out of them: what people confide, each in a compartment of its own.

`compartments/` is the only way to plaintext, `questionnaire/` the pure engine of what is asked, `models/` tables."""
