"""The ways in: server, command line, worker. Wires storage to flows."""
