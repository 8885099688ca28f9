/** Names and addresses as the console shows them. */

import { element } from "./elements.js";
import { safeAddress } from "../widget/formatting.js";

/** A link that opens elsewhere and learns nothing of the console; only text where it is unsafe. */
export function link(address, ...children) {
  const safe = safeAddress(absolute(address));
  if (safe === null) return element("span", {}, children);
  return element(
    "a",
    { href: safe, target: "_blank", rel: "noopener noreferrer nofollow" },
    children,
  );
}

function absolute(address) {
  try {
    return new URL(address, window.location.href).href;
  } catch {
    return address;
  }
}

/** "MK" for "Mira Klein": at most two letters for an avatar. */
export function initials(name) {
  const parts = (name ?? "").trim().split(/\s+/).filter(Boolean);
  const ends = [parts[0], parts.length > 1 ? parts.at(-1) : ""];
  return ends.map((part) => [...(part ?? "")][0] ?? "").join("").toUpperCase() || "?";
}

/** What to call a customer: the name, else the address, else "Visitor". */
export function customerName(facts) {
  return facts?.name || facts?.email || "Visitor";
}
