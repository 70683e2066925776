"""Mediators, their offices and specialties, the communes; resolves places, tells rights.

Knows accounts; knows nothing of time."""
