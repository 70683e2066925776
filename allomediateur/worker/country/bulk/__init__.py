"""A country at size: mediators and appointments by COPY, for measures. Nobody here exists either."""
