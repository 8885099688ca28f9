/** What a customer attached: pictures small, all else by name and size. */

import { element } from "./elements.js";

export function files(attached) {
  return element("ul", { class: "files", "aria-label": "Attachments" }, attached.map((file) => element("li", {}, one(file))));
}

function one({ name, mime, size, address }) {
  const open = { href: address, target: "_blank", rel: "noopener" };
  return mime.startsWith("image/")
    ? element("a", open, element("img", { src: address, alt: name, loading: "lazy" }))
    : element("a", { ...open, download: name, dir: "auto" }, `${name} (${Math.max(1, Math.round(size / 1000))} kB)`);
}
