"""companion: one short prompt beside an organizer's call, and nothing raw kept."""

__version__ = "0.1.0"
