"""AlloMediateur: find a professional mediator, get a guaranteed appointment."""
