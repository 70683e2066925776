"""Delivery health and the data."""
