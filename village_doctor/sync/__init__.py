"""Letters between clinic and township: sealed, signed, numbered; keys and folders."""
