"""Agents' passwords and sessions."""
