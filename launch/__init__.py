"""What starts the platform on a machine: installation, private PostgreSQL, supervision of the processes."""
