"""Colours that can be read, in both themes."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

TOKENS = Path(__file__).resolve().parents[3] / "web" / "static" / "tokens.css"
SURFACES = ["surface", "surface-sunk", "surface-raised"]
INKS = ["ink", "ink-soft", "ink-faint", "accent-ink", "success-ink", "warning-ink", "danger-ink"]
PAIRS = (
    [(ink, surface, 4.5) for ink in INKS for surface in SURFACES]
    + [("line-strong", surface, 3.0) for surface in SURFACES]
    + [(f"{name}-ink", f"{name}-soft", 4.5) for name in ("success", "warning", "danger")]
    + [("on-fill", name, 4.5) for name in ("success", "warning", "danger")]
    + [("ink", "bubble-theirs", 4.5), ("ink", "bubble-note", 4.5), ("ink", "mark", 4.5)]
    + [("on-accent", "accent", 4.5), ("accent-ink", "accent-soft", 4.5)]
)

# Paints each colour on a canvas, so that mixes and light-dark() are what the browser makes of them.
MEASURE = """async ([theme, pairs, accent]) => {
  const { applyAccent, contrast } = await import('/widget/accent.js');
  document.documentElement.dataset.theme = theme;
  applyAccent(document.documentElement, accent);
  const probe = document.body.appendChild(document.createElement('i'));
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgb = (name) => {
    probe.style.color = `var(--${name})`;
    canvas.fillStyle = getComputedStyle(probe).color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  return pairs.map(([one, other]) => contrast(rgb(one), rgb(other)));
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("accent", ["#0f766e", "#ffd400", "#000000", "#ffffff", "#7a00ff", "#f33"])
def test_text_and_controls_can_be_read_whatever_the_owners_colour(
    modules: Page,
    theme: str,
    accent: str,
) -> None:
    modules.add_style_tag(url="/static/tokens.css")
    measured = modules.evaluate(MEASURE, [theme, PAIRS, accent])
    poor = [
        f"--{one} on --{other}: {value:.2f}, must be {least}"
        for (one, other, least), value in zip(PAIRS, measured, strict=True)
        if value < least
    ]
    assert poor == []


def test_no_screen_of_the_widget_defines_a_colour_of_its_own() -> None:
    for sheet in (TOKENS.parents[1] / "widget" / "static").glob("*.css"):
        colours = re.findall(r"#[\da-f]{3,8}\b|\brgb\(|\bhsl\(", sheet.read_text("utf-8"))
        assert colours == [], sheet.name
