"""Duties (应做): what the norm owes and what contracts promise, as dated duties, one module a programme."""
