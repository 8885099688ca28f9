"""What can go wrong with knowledge.

KnowledgeError
├── NoSnapshot            nothing has been published yet, or the one asked for is gone
├── SnapshotMismatch      made by another model, another format or other passage rules
├── SnapshotCorrupt       a file is missing, or is not what the manifest says
├── SnapshotRefused       a draft failed its checks before it was made current
└── ModelNotFound         the embedding model cannot be loaded

Every message names the value and says what to do.
"""


class KnowledgeError(Exception):
    """Any error of this room; its text is a sentence for the operator."""


class NoSnapshot(KnowledgeError):
    """No snapshot is current, or the generation asked for does not exist."""


class SnapshotMismatch(KnowledgeError):
    """The snapshot cannot be used with the model or the code in use."""


class SnapshotCorrupt(KnowledgeError):
    """The snapshot's files are not those that were published."""


class SnapshotRefused(KnowledgeError):
    """A draft was not published because it failed verification; the former one still serves."""


class ModelNotFound(KnowledgeError):
    """The embedding model is not installed or cannot be read."""
