"""From segments of speech to words: recognizers, their child process, and model files."""
