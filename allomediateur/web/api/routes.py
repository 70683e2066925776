"""Where booking and managing hang their operations: an address has one view, whatever the method."""

from ninja import Router

booking = Router()
