"""Fit `bot/letters.json`: run as `python -m evals.fit_letters`.

Counts how often runs of letters stand in the words of each language that is written in Latin letters:
in our messages about people (`evals/cases/wishes_*.jsonl`, tuning part), in the bot's own words and
phrases, and for English in the questions to the invented companies too. A word counts for the
logarithm of how often it stands there, so that the most frequent ones do not drown the rest.
"""

import hashlib
import json
import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from bot.letters import runs
from evals.cases import CASES

ROOT: Final = Path(__file__).parent.parent
WEIGHTS: Final = ROOT / "bot" / "letters.json"
COMPANIES: Final = ROOT / "evals" / "companies"
LANGUAGES: Final = ("en", "de", "fr", "es", "pt", "it", "nl", "pl")
SMOOTHING: Final = 0.3  # added to every count
MIN_COUNT: Final = 2.0  # a run that all languages together show less teaches nothing
_WORD: Final = re.compile(r"[^\W\d_]+")


def main() -> None:
    """Fit and write."""
    counts = {language: _counted(language) for language in LANGUAGES}
    fitted = fit(counts)
    sources = [path for language in LANGUAGES for path in _files(language)]
    about = {"licence": "Apache-2.0, written for Warmline", "fitted_on": _provenance(sources)}
    WEIGHTS.write_text(_laid_out({**about, **fitted}), encoding="utf-8")


def fit(counts: dict[str, Counter[str]]) -> dict[str, Any]:
    """Return `floors` and `gains` of the runs that `counts` holds by language."""
    together = sum(counts.values(), Counter[str]())
    kept = sorted(run for run, count in together.items() if count >= MIN_COUNT)
    floors, gains = {}, {run: dict[str, float]() for run in kept}
    for language, count in counts.items():
        total = sum(count[run] for run in kept) + SMOOTHING * len(kept)
        floors[language] = round(math.log(SMOOTHING / total), 2)
        for run in kept:
            if count[run]:
                gains[run][language] = round(math.log(1 + count[run] / SMOOTHING), 1)
    return {"floors": floors, "gains": gains}


def _counted(language: str) -> Counter[str]:
    said = Counter(word for text in _texts(language) for word in _WORD.findall(text.lower()))
    counted = Counter[str]()
    for word, times in said.items():
        for run in runs(word):
            counted[run] += 1 + math.log(times)  # type: ignore[assignment]
    return counted


def _texts(language: str) -> Iterator[str]:
    for path in _files(language):
        if path.suffix == ".toml":
            words = tomllib.loads(path.read_text(encoding="utf-8"))
            yield from words["telling_words"]
            yield from words["says"].values()
            for phrases in words["hears"].values():
                yield from phrases
        else:
            rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
            yield from (r.get("question") or r["text"] for r in rows if r.get("part") != "locked")


def _files(language: str) -> list[Path]:
    own = [CASES / f"wishes_{language}.jsonl", ROOT / "bot" / "words" / f"{language}.toml"]
    english = COMPANIES.glob("*/questions.jsonl")
    return [*own, *(sorted(english) if language == "en" else ())]


def _laid_out(data: dict[str, Any]) -> str:
    """One entry a line, so that a change of a few can be read."""
    gains = data.pop("gains")
    lines = [f"{_line(name)}: {_line(value)}" for name, value in data.items()]
    told = ",\n".join(f"{_line(run)}: {_line(gain)}" for run, gain in gains.items())
    return "{" + ",\n".join([*lines, f'"gains": {{\n{told}\n}}']) + "}\n"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _provenance(paths: list[Path]) -> list[dict[str, str]]:
    return [
        {
            "set": path.relative_to(ROOT).as_posix(),
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in paths
    ]


if __name__ == "__main__":
    main()
