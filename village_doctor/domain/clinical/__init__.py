"""Clinical rules of the national norms, one module a disease. Each returns a decision with its reasons."""
