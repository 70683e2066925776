"""The intake's questions as data, and the engine that asks them: no Django, no clock, no database.

A version (`cases/questionnaires/saisine-<n>.yaml`) is frozen once landed: docs/questionnaire.md.
"""
