"""From the microphone, or a sound file, to segments of the organizer's own speech."""
