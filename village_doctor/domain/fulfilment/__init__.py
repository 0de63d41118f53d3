"""Fulfilment (履约): what was done to the duties, the rates, and the lists that follow from both."""
