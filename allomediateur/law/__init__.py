"""Is an attempt required before going to court, and how do time limits run: dated tables and pure functions.

No Django, no clock, no database. General information, never legal advice: docs/law.md.
"""
