"""Openings, services, appointments and what is derived from them: availability and search.

The database guarantees that no two live appointments of a mediator overlap."""
