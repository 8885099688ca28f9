"""Static files without what only readers need: comments and indentation, done once at start-up.

Sources stay readable; what is served is smaller. Names are not changed and lines of a script stay
lines, so an error in the field still points at recognisable code.
"""

import re

# What may hold `//` or `/*` without being a comment comes first: strings, template literals, and
# regular expressions (a slash after an operator, a bracket, a comma or `return`).
_JS = re.compile(
    r"""
    (?P<keep>
        "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' | `(?:[^`\\]|\\.)*`
      | (?<=[=(,:\[!&|?{;+])\s*/(?![*/])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*
    )
  | (?P<comment> //[^\n]* | /\*.*?\*/ )
    """,
    re.VERBOSE | re.DOTALL,
)
_CSS = re.compile(
    r"""
    (?P<keep> "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' )
  | (?P<comment> /\*.*?\*/ )
  | \s*(?P<mark>[{};,])\s*
  | (?P<space>\s+)
    """,
    re.VERBOSE | re.DOTALL,
)


def slim_script(source: str) -> str:
    """Drop comments, indentation and empty lines of a script; what it does stays the same.

    Template literals that run over several lines keep their words but not their indentation, so
    a script must not rely on that (ours hold nothing but style sheets).
    """
    return _without_blank_lines(_JS.sub(lambda found: found["keep"] or "", source))


def slim_sheet(source: str) -> str:
    """Drop comments and needless space of a style sheet."""
    bare = _CSS.sub(
        lambda found: found["keep"] or found["mark"] or (" " if found["space"] else ""), source
    )
    return bare.replace(";}", "}").strip()


def _without_blank_lines(source: str) -> str:
    lines = (line.strip() for line in source.splitlines())
    return "\n".join(line for line in lines if line) + "\n"
