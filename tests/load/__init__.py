"""The server under load: many clients at once against checks in one process."""
