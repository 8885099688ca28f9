"""What can go wrong while proving.

EvalError
├── BenchError          a benchmark cannot be run here
├── CaseFileError       a case file cannot be read as cases
├── GateError           the gate's file names a figure that no suite measures
└── TooFewTranscripts   an owner's labelled transcripts are too few to calibrate on
"""


class EvalError(Exception):
    """Base of every error of this room; its text names the value and the remedy."""


class CaseFileError(EvalError):
    """A line of a case file is not a case."""


class GateError(EvalError):
    """A gate names a figure that was not measured."""


class BenchError(EvalError):
    """A benchmark cannot be run as this machine is set up."""


class TooFewTranscripts(EvalError):
    """There are too few labelled transcripts; the text says how many are needed."""
