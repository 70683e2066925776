"""An invented country: mediators, agendas and appointments for the demo and for measures. Nobody here exists."""
