/** What this browser remembers for its agent: switches and unsent drafts. Loses nothing if storage is closed. */

const PREFIX = "warmline-console:";
const DEFAULTS = { sound: false, notifications: false, shortcuts: true };

function storage() {
  try {
    return window.localStorage;
  } catch {
    return null; // storage is refused in this browser: the switches hold until the page is left
  }
}

const held = new Map();

function read(name) {
  const text = storage()?.getItem(PREFIX + name) ?? held.get(name) ?? null;
  return text;
}

function write(name, text) {
  held.set(name, text);
  try {
    if (text === null) storage()?.removeItem(PREFIX + name);
    else storage()?.setItem(PREFIX + name, text);
  } catch {
    // The storage is full: `held` still has it for this page.
  }
}

/** Whether a switch is on: "sound", "notifications" or "shortcuts". */
export function preference(name) {
  const text = read(name);
  return text === null ? DEFAULTS[name] : text === "on";
}

export function setPreference(name, on) {
  write(name, on ? "on" : "off");
}

/** The unsent words of one conversation and tab ("message" or "note"). */
export function draft(conversation, kind) {
  return read(`draft:${kind}:${conversation}`) ?? "";
}

export function keepDraft(conversation, kind, text) {
  write(`draft:${kind}:${conversation}`, text === "" ? null : text);
}
