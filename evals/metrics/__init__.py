"""One metric a file: what it counts on one case, and what that says over all of them.

A metric looks at one outcome at a time and gives a score, or None where the case says nothing
about it. `evals/suites.py` says which metrics are counted over which cases.
"""
