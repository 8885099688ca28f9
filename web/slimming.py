"""Static files without what only readers need: comments and needless space, done once at start-up.

Sources stay readable; what is served is smaller. Names are not changed, so an error in the field
still points at recognisable code.
"""

import re

# What may hold `//` or `/*` without being a comment comes first: strings, template literals, and
# regular expressions (a slash after an operator, a bracket, a comma or `return`).
_JS = re.compile(
    r"""
    (?P<keep>
        "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*'
      | `(?:[^`\\$]|\\.|\$\{(?:[^{}`]|`(?:[^`\\]|\\.)*`|\{[^{}]*\})*\}|\$(?!\{))*`
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
  | (?P<colon>:)\s+
  | (?P<space>\s+)
    """,
    re.VERBOSE | re.DOTALL,
)
# A space says something only between two words, and between signs that would join (`a + +b`).
_SPACE = re.compile(r"(?<![\w$#+-]) |(?<![\w$#]) (?![+-])| (?![\w$#+-])|(?<=[\w$]) (?=[+-])")
# A line's end says something only where a statement may end there.
_LINE = re.compile(r"(?<=[{(\[,;:?&|=>])\n|\n(?=[})\],;.?:&|])")


def slim_script(source: str) -> str:
    """Drop comments, needless space and needless line ends; what a script does stays the same.

    Template literals that run over several lines keep their words but not their indentation, so
    a script must not rely on that (ours hold nothing but style sheets). One literal may stand in
    another, no third one in that.
    """
    kept: list[str] = []

    def put_away(found: re.Match[str]) -> str:
        if found["keep"] is None:
            return " " if found["comment"].startswith("/*") else ""
        kept.append(_without_indentation(found["keep"].lstrip()))
        return f"\0{len(kept) - 1}\0"

    code = _without_indentation(_JS.sub(put_away, source))
    code = re.sub(r"[ \t]+", " ", code)
    code = _LINE.sub("", _SPACE.sub("", code))
    return re.sub(r"\0(\d+)\0", lambda found: kept[int(found[1])], code)


def slim_sheet(source: str) -> str:
    """Drop comments and needless space of a style sheet."""

    def short(found: re.Match[str]) -> str:
        said = found["keep"] or found["mark"] or found["colon"]
        return said or (" " if found["space"] else "")

    return _CSS.sub(short, source).replace(";}", "}").strip()


def _without_indentation(source: str) -> str:
    if "\n" not in source:
        return source
    lines = (line.strip() for line in source.splitlines())
    return "\n".join(line for line in lines if line) + ("\n" if source.endswith("\n") else "")
