"""The packet for a records request: each criterion with the place that answers it, what is missing first, the clock."""
