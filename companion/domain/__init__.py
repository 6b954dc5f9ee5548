"""Values that flow through the program. Standard library only; imports nothing of ours."""
