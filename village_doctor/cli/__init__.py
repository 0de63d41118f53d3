"""The clinic's command line: parses words, calls one verb of services, prints what came of it.

No rule and no record lives here. Exit codes: 0 done, 2 wrong use, 3 a Problem, 70 a bug.
"""
