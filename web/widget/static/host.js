// The talk between the frame and the loader on the company's page. Both ends are pinned: only our
// parent, only from the origin that it gave when it made the frame (in the fragment, which no
// server sees).

/** What the loader wrote in the fragment: {origin, page, lang, theme}. */
export function fragment() {
  return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
}

export class Host {
  /** `hear(type, value)` gets what the page's script asks for. */
  constructor(origin, hear) {
    this.origin = origin;
    addEventListener("message", ({ source, origin: from, data }) => {
      if (source === parent && from === origin && data?.warmline === 1) hear(data.type, data.value);
    });
  }

  tell(type, value) {
    if (parent !== window && this.origin) parent.postMessage({ warmline: 1, type, value }, this.origin);
  }
}
