"""The desk and its database: conversations, queue, agents, surveys, measures.

May import `bot.dialogue` only.
"""
