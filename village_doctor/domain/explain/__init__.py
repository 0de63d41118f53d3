"""Why is she due, or why not: the whole account of one resident, as a colleague would give it."""
