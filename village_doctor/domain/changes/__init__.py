"""The change journal's rules: canonical bytes, entries and their digest chain, clock, merge, upgrade."""
