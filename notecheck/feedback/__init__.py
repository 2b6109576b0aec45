"""A provider's page over many notes: what stays open, how often, and what a template could ask."""
