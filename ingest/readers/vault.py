"""Keeps code safe while the text around it is rewritten."""

import re

_PREFIX = r"[ \t]*(?:>[ \t]?)*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*"
_FENCE = re.compile(rf"^({_PREFIX})(`{{3,}}|~{{3,}})([^`\n]*)$")
_SPAN = re.compile(r"(?<![`\\])(`+)(?!`)((?:(?!\n[ \t]*\n).)+?)(?<!`)\1(?!`)", re.DOTALL)
_KEPT = re.compile("\ue000(\\d+)\ue001")
_LIST_MARKER = re.compile(r"[-*+]|\d{1,9}[.)]")


class Vault:
    """Swaps code blocks and code spans for opaque marks, and back.

    A block's lines lose the indentation of its fence when hidden and get that of the mark's line
    when shown, so text with a block in it can be moved in and out. The marks are private-use
    characters that no pattern of a reader matches; take them out of a text before hiding
    (`without_marks`), so that nothing can pose as a mark.
    """

    def __init__(self) -> None:
        """Start empty."""
        self._kept: list[str] = []

    def hide(self, text: str) -> str:
        """Swap fenced blocks and code spans for marks."""
        return self.hide_spans(self.hide_blocks(text))

    def hide_spans(self, text: str) -> str:
        """Swap code spans for marks."""
        return _SPAN.sub(lambda m: self.keep(m.group(0)), text)

    def hide_blocks(self, text: str) -> str:
        """Swap fenced blocks, with their fences, for marks."""
        out: list[str] = []
        block: list[str] = []
        prefix, closing = "", None
        for line in text.split("\n"):
            if closing is not None:
                block.append(_without_prefix(line, len(prefix)))
                if closing.match(line):
                    out.append(prefix + self.keep("\n".join(block)))
                    closing = None
            elif match := _FENCE.match(line):
                prefix, mark = match.group(1), match.group(2)
                closing = re.compile(rf"^[ \t>]*{mark[0]}{{{len(mark)},}}[ \t]*$")
                block = [mark + match.group(3)]
            else:
                out.append(line)
        if closing is not None:  # never closed: CommonMark closes it at the end
            out.append(prefix + self.keep("\n".join([*block, block[0][:3]])))
        return "\n".join(out)

    def keep(self, text: str) -> str:
        """Swap a piece of finished text for a mark."""
        self._kept.append(text)
        return f"\ue000{len(self._kept) - 1}\ue001"

    def show(self, text: str) -> str:
        """Put everything back."""
        lines = text.split("\n")
        for at, line in enumerate(lines):
            while match := _KEPT.search(line):
                before = line[: match.start()]
                kept = self._kept[int(match.group(1))]
                if "\n" in kept:
                    lead = re.match(_PREFIX, before)
                    prefix = lead.group(0) if lead else ""
                    prefix = _LIST_MARKER.sub(lambda m: " " * len(m.group(0)), prefix)
                    kept = kept.replace("\n", "\n" + prefix)
                line = before + kept + line[match.end() :]
            lines[at] = line
        return "\n".join(lines)

    def is_block(self, mark: str) -> bool:
        """Whether a mark stands for several lines."""
        match = _KEPT.fullmatch(mark.strip())
        return bool(match) and "\n" in self._kept[int(match.group(1))] if match else False


def _without_prefix(line: str, width: int) -> str:
    """Take off up to `width` characters of indentation or quote marks."""
    at = 0
    while at < width and at < len(line) and line[at] in " \t>":
        at += 1
    return line[at:]


def without_marks(text: str) -> str:
    """Drop the private-use characters that readers use as marks."""
    return re.sub("[\ue000-\ue00f]", "", text)
