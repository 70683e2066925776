"""What was done and who saw what: added to, sealed, read by staff and by those concerned, forgotten after a year."""
