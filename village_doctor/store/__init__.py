"""The encrypted store: tables, journal, queries, copies. The only room of a clinic that speaks SQL."""
