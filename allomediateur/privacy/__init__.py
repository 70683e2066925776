"""What is kept of people, given back to them and forgotten: each room does its own part, this one gathers them.

It has no table, and sits above every room that keeps personal data."""
