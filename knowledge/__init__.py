"""What the bot may say: articles, passages, immutable snapshots, and search over them.

May import nothing of ours.
"""
