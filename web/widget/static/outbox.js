// Everything the customer did that the server has not yet acknowledged.
//
// Each entry lies under a name of its own, so tabs never overwrite each other. Every tab may send
// every entry: the server answers a repeated client_id with the same event. Entries leave only
// when their event or a final error has come, so a reload, a crash or a lost network loses nothing.

import { randomId } from "./storage.js";

const START = "out:";

export class Outbox {
  constructor(storage) {
    this.storage = storage;
    this.failures = new Map(); // client_id -> error code, this tab's view
  }

  /** Keeps a frame until acknowledged; returns it with its client_id. */
  add(frame) {
    const last = this.entries().at(-1);
    const place = String(last ? last.place + 1 : 1).padStart(9, "0");
    const sent = { ...frame, client_id: randomId() };
    this.storage.set(`${START}${place}:${sent.client_id}`, JSON.stringify(sent));
    return sent;
  }

  /** [{place, name, frame, failed}] in the order they were written. */
  entries() {
    return this.storage
      .names(START)
      .sort()
      .map((name) => this.#read(name))
      .filter(Boolean);
  }

  /** Whether something is kept under this name of the storage. */
  isKept(name) {
    return Boolean(name?.startsWith(START) && this.storage.get(name));
  }

  /** Forgets the entry with this client_id; true when there was one. */
  settle(clientId) {
    const names = this.storage.names(START).filter((name) => name.endsWith(`:${clientId}`));
    names.forEach((name) => this.storage.remove(name));
    this.failures.delete(clientId);
    return names.length > 0;
  }

  /** Keeps the entry, but not for sending until the customer says so (`retry`). */
  fail(clientId, code) {
    this.failures.set(clientId, code);
  }

  retry(clientId) {
    this.failures.delete(clientId);
  }

  #read(name) {
    try {
      const frame = JSON.parse(this.storage.get(name));
      const place = Number(name.slice(START.length, START.length + 9));
      return { place, name, frame, failed: this.failures.get(frame.client_id) };
    } catch {
      this.storage.remove(name); // not ours, or torn: it could never be sent
      return null;
    }
  }
}
