"""Time, openings and slots by arithmetic alone: no Django, no clock, no database.

Instants are aware UTC datetimes, periods half-open; the rules R1-R15 are those of docs/agenda.md.
"""
