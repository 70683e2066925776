"""Becoming a mediator, and the same pages afterwards as one's profile."""
