"""Sentences of the clinical rules, one module a programme: reasons and actions with their source."""
