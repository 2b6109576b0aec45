"""Many notes: a store that keeps every answer, worker processes that fill it, and what differs between two of them."""
