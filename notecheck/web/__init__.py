"""The page and the HTTP API on this machine: a thin door over the public API."""
