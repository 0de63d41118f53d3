"""Sentences of the duties, one module a programme: why something is due, and where it is written."""
