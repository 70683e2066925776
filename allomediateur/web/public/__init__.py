"""Home, search, a mediator's page, booking, legal pages."""
