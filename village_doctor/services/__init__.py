"""The verbs a doctor would say. Load, ask the domain, save with the journal, tell what changed."""
