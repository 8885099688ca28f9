// What the browser keeps for one site key: the visitor's secret, unsent messages, the draft.
// Where storage is blocked it lasts as long as the page, and nothing else changes.

/** Text under names, shared by all tabs of the site; `listen` hears of other tabs' changes. */
export class Storage {
  constructor(key) {
    this.prefix = `warmline:${key}:`;
    try {
      this.area = window.localStorage;
      this.area.getItem("");
    } catch {
      this.area = new MemoryArea();
    }
  }

  get(name) {
    return this.area.getItem(this.prefix + name);
  }

  /** Keeps a text; a full disk is no reason to stop, the page's memory still has it. */
  set(name, text) {
    try {
      this.area.setItem(this.prefix + name, text);
    } catch {
      const memory = new MemoryArea();
      for (const key of Object.keys(this.area)) memory.setItem(key, this.area.getItem(key));
      this.area = memory;
      memory.setItem(this.prefix + name, text);
    }
  }

  remove(name) {
    this.area.removeItem(this.prefix + name);
  }

  /** The names kept that begin with `start`, in no order. */
  names(start) {
    const full = this.prefix + start;
    return Object.keys(this.area)
      .filter((key) => key.startsWith(full))
      .map((key) => key.slice(this.prefix.length));
  }

  listen(heard) {
    addEventListener("storage", (event) => {
      if (event.key === null) heard(null);
      else if (event.key.startsWith(this.prefix)) heard(event.key.slice(this.prefix.length));
    });
  }
}

class MemoryArea {
  getItem(key) {
    return Object.hasOwn(this, key) ? this[key] : null;
  }
  setItem(key, text) {
    this[key] = text;
  }
  removeItem(key) {
    delete this[key];
  }
}

/** 128 random bits as 32 hexadecimal digits (works without a secure context). */
export function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

/** Runs `work` while no other tab runs work of the same name (where the browser has locks). */
export function alone(name, work) {
  return navigator.locks ? navigator.locks.request(name, work) : work();
}
