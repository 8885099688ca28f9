// Attached files as people see them: pictures small, all else by name and size.

import { Component, h } from "./dom.js";
import { dressed, numberOf, t } from "./words.js";

export const sheet = await dressed("files.css");

/** "1.2 MB", isolated: it reads from left to right in every language. */
export function sizeOf(bytes) {
  const large = bytes >= 1e6;
  const value = large ? bytes / 1e6 : Math.max(1, bytes / 1e3);
  return `\u2066${numberOf(Number(value.toFixed(large && value < 10 ? 1 : 0)))}\u00a0${large ? "MB" : "kB"}\u2069`;
}

/** What stands in a message for its files. */
export function attachments(files) {
  return h("ul", { class: "files", "aria-label": t("files") }, files.map((file) => h("li", {}, attachment(file))));
}

function attachment({ name, mime, size, width, height, address }) {
  const open = { href: address, target: "_blank", rel: "noopener" };
  if (mime.startsWith("image/")) {
    // Its room is kept before it is there, so that nothing jumps.
    const shrunk = Math.min(1, 224 / Math.max(width, height));
    return h("a", { ...open, class: "picture" }, h("img", { src: address, alt: name, width: width * shrunk, height: height * shrunk, loading: "lazy" }));
  }
  return h("a", { ...open, class: "file", download: name }, h("span", { class: "cut", dir: "auto" }, name), h("span", { class: "soft" }, sizeOf(size)));
}

/** Sends a file ahead of the message that will carry it; resolves to what the server kept. */
async function upload(file, name, chat, again = false) {
  const response = await fetch("/api/widget/files", {
    method: "POST",
    headers: { authorization: `Bearer ${chat.token}`, "x-file-name": encodeURIComponent(name) },
    body: file,
    credentials: "omit",
  });
  if (response.status === 401 && !again) {
    await chat.freshen(); // the chat has been open for longer than its token lives
    return upload(file, name, chat, true);
  }
  if (!response.ok) throw response;
  return response.json();
}

/**
 * <wl-files>: the files that go with the next message; `files` are those that have arrived. They
 * are kept in the browser until they go, so that a reload loses none that the server has.
 */
export class Files extends Component {
  files = [];

  constructor() {
    super([sheet]);
  }

  /** Shows what arrived before the page was loaded again. */
  restore(storage) {
    this.storage = storage;
    for (const kept of JSON.parse(storage.get("files") ?? "[]")) this.#keep(kept, this.root.appendChild(h("p", { role: "status" })));
  }

  /** Uploads a file; says what becomes of it. */
  async add(file, chat, maxBytes) {
    const name = file.name || t("files");
    const note = h("p", { class: "note", role: "status" }, t("file_loading", { name }));
    this.root.append(note);
    const say = (word, values) => {
      note.className = "note danger";
      note.replaceChildren(t(word, { name, ...values }), " ", this.#remove(name, () => note.remove()));
    };
    if (file.size > maxBytes) return say("file_big", { size: sizeOf(maxBytes) });
    try {
      this.#keep(await upload(file, name, chat), note);
    } catch (refused) {
      say(refused.status === 422 ? "file_refused" : "file_failed");
    }
  }

  #keep(kept, note) {
    note.className = "note";
    note.replaceChildren(h("span", { class: "cut", dir: "auto" }, kept.name), h("span", { class: "soft" }, sizeOf(kept.size)),
      this.#remove(kept.name, () => {
        this.files = this.files.filter((one) => one !== kept);
        note.remove();
        this.#changed();
      }));
    this.files.push(kept);
    this.#changed();
  }

  /** Gives the files that have arrived, and is empty again. */
  take() {
    const taken = this.files;
    this.files = [];
    this.storage.remove("files");
    this.root.replaceChildren();
    return taken;
  }

  #remove(name, act) {
    return h("button", { class: "link", type: "button", "aria-label": t("remove_file", { name }), onclick: act }, "✕");
  }

  #changed() {
    this.storage.set("files", JSON.stringify(this.files));
    this.dispatchEvent(new Event("wl-files", { bubbles: true, composed: true }));
  }
}

if (!customElements.get("wl-files")) customElements.define("wl-files", Files);
