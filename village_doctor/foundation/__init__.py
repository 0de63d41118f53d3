"""Foundation: what would be the same in a shoe shop — files, clock, ids, keys, logs, texts, resources.

It knows no medicine and no table, does not see `domain`, and shows nothing to a user: its errors are
small typed exceptions, which `services` turns into Problems with a text.
"""
