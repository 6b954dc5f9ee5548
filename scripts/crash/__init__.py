"""Programs that are killed at random moments, and what must then still be true."""
