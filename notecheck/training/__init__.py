"""Training, evaluation and cards of the learned models."""
