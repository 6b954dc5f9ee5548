"""The command line: one thin file per command group; heavy imports only inside commands."""
