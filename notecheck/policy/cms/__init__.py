"""The full CMS files that a user downloads: read, judged, kept by edition."""
