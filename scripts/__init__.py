"""Tools for developers: set-up, checks, benchmarks, builders of what is shipped."""
