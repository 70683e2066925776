"""Assistance: questions and complaints, as threads between a person and the administration; sealed at rest.

A complaint about a mediator is read by its author and by staff, never by that mediator."""
