// One colour from the owner, and the counterparts that keep text on and in it readable.
// Contrast as in WCAG 2.2: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio

const READABLE = 4.5;
const LIGHT = [[243, 244, 246], 0]; // tokens.css: the dimmest light surface text stands on; towards black
const DARK = [[43, 47, 54], 255]; // the brightest dark one; towards white

/** Sets the four accent inputs of tokens.css on an element; an unreadable value changes nothing. */
export function applyAccent(element, colour) {
  const rgb = parse(colour);
  if (!rgb) return;
  const white = contrast(rgb, [255, 255, 255]) >= READABLE;
  element.style.setProperty("--accent", hex(rgb));
  element.style.setProperty("--accent-text", white ? "#ffffff" : "#111418");
  element.style.setProperty("--accent-ink-light", hex(towards(rgb, LIGHT)));
  element.style.setProperty("--accent-ink-dark", hex(towards(rgb, DARK)));
}

/** WCAG contrast of two colours, 1..21; a colour is [r, g, b], 0..255. */
export function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function towards(rgb, [surface, end]) {
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = rgb.map((part) => Math.round(part + (end - part) * share));
    if (contrast(mixed, surface) >= READABLE) return mixed;
  }
  return [end, end, end];
}

function luminance(rgb) {
  const [r, g, b] = rgb
    .map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function parse(colour) {
  const found = /^#?([\da-f]{6}|[\da-f]{3})$/i.exec(colour ?? "");
  if (!found) return null;
  const six = found[1].length === 6 ? found[1] : [...found[1]].map((digit) => digit + digit).join("");
  return [0, 2, 4].map((at) => parseInt(six.slice(at, at + 2), 16));
}

function hex(rgb) {
  return `#${rgb.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}
