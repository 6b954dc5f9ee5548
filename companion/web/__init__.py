"""The app in the browser: a page on the organizer's own machine, and nowhere else."""
