"""From files and pages to a published snapshot.

May import `knowledge`.
"""
