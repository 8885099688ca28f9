"""Conversation history in, a reply decision out. No database, no sockets.

May import `knowledge`.
"""
