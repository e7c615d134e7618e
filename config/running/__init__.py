"""Running it all on one machine: the command line, and the supervisor behind `make run`."""
