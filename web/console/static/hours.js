/** Business hours as people write them ("9–12, 13–17:30") and as the desk keeps them. */

import { element, replace } from "./elements.js";
import { labelled } from "./place.js";

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const OPENING = /^(\d{1,2})(?:[:.](\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[:.](\d{2}))?$/;
const USUAL = "9–17";

/**
 * Openings from their text, or null where it cannot be read; an empty text is a day off.
 * @returns {Array<{start: string, end: string}> | null}
 */
export function parseOpenings(text) {
  const pieces = text.split(",").map((piece) => piece.trim()).filter(Boolean);
  const found = pieces.map(parseOpening);
  const apart = found.every((one, at) => one !== null && (at === 0 || found[at - 1]?.end <= one.start));
  return apart ? found : null;
}

function parseOpening(piece) {
  const parts = OPENING.exec(piece);
  if (!parts) return null;
  const [start, end] = [clock(parts[1], parts[2]), clock(parts[3], parts[4])];
  return start !== null && end !== null && start < end ? { start, end } : null;
}

/** "09:30" of hours and minutes; 24 is the last minute of the day. */
function clock(hour, minute = "00") {
  if (Number(hour) === 24 && minute === "00") return "23:59";
  if (Number(hour) > 23 || Number(minute) > 59) return null;
  return `${hour.padStart(2, "0")}:${minute}`;
}

/** The text of openings: "9–12, 13–17:30". */
export function openingsText(openings) {
  const short = (time) => time.slice(0, 5).replace(/^0(?=\d)/, "").replace(/:00$/, "");
  return (openings ?? []).map(({ start, end }) => `${short(start)}–${short(end)}`).join(", ");
}

/** The fieldset for a site's hours; `read()` gives them, or says which line cannot be read. */
export class HoursFields {
  /**
   * @param {Object<string, string[]>} countries codes with their regions
   * @param {() => void} changed
   */
  constructor(countries, changed) {
    this.countries = countries;
    this.set = element("input", { id: "set-hours", type: "checkbox", on: { change: () => this.#toggle() } });
    this.zone = element("select", { id: "zone" }, Intl.supportedValuesOf("timeZone").map((zone) => element("option", { value: zone }, zone.replaceAll("_", " "))));
    this.days = DAYS.map((_, at) => element("input", { id: `day-${at + 1}`, autocomplete: "off", placeholder: "closed", inputmode: "text" }));
    const names = new Intl.DisplayNames(undefined, { type: "region", fallback: "code" });
    const known = Object.keys(countries).filter((code) => /^[A-Z]{2}$/.test(code));
    const options = known.map((code) => [code, names.of(code)]).sort((a, b) => a[1].localeCompare(b[1]));
    this.country = element("select", { id: "country", on: { change: () => this.#drawRegions(null) } },
      element("option", { value: "" }, "None"),
      options.map(([code, name]) => element("option", { value: code }, name)));
    this.region = element("select", { id: "region" });
    this.closed = element("input", { id: "closed", autocomplete: "off", placeholder: "2026-12-24, 2026-12-31" });
    this.problem = element("p", { class: "problem", role: "alert", hidden: true });
    this.more = element("div", { class: "part", hidden: true },
      labelled("Time zone", this.zone),
      element("div", { class: "days" }, this.days.map((input, at) => labelled(DAYS[at], input))),
      element("p", { class: "meta" }, "Write 9–12, 13–17:30. Empty is a day off."),
      element("div", { class: "grid" },
        labelled("Public holidays of", this.country), labelled("Region", this.region),
        labelled("Further days off", this.closed, "Dates, separated by commas.")),
      this.problem);
    this.whole = element("fieldset", {},
      element("legend", {}, "Business hours"),
      element("p", { class: "meta" }, "Shown in the header; outside them, customers are told when people are back."),
      element("label", { class: "switch" }, this.set, "People are there at set hours"),
      this.more);
    this.whole.addEventListener("input", changed);
    this.whole.addEventListener("change", changed);
    this.#drawRegions(null);
  }

  #toggle() {
    this.more.hidden = !this.set.checked;
    if (this.set.checked && this.days.every(({ value }) => value === "")) {
      for (const input of this.days.slice(0, 5)) input.value = USUAL;
    }
  }

  /** Zones have more names than browsers list ("UTC", "Asia/Kolkata"): the one given is kept. */
  #chooseZone(zone) {
    if (![...this.zone.options].some(({ value }) => value === zone)) {
      this.zone.append(element("option", { value: zone }, zone.replaceAll("_", " ")));
    }
    this.zone.value = zone;
  }

  #drawRegions(region) {
    const regions = this.countries[this.country.value] ?? [];
    replace(this.region, element("option", { value: "" }, "All of it"), regions.map((one) => element("option", { value: one }, one)));
    this.region.disabled = regions.length === 0;
    this.region.value = region ?? "";
  }

  show(hours) {
    this.set.checked = hours !== null && hours !== undefined;
    this.more.hidden = !this.set.checked;
    this.#chooseZone(hours?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
    for (const [at, input] of this.days.entries()) input.value = openingsText(hours?.week?.[at + 1]);
    this.country.value = hours?.country ?? "";
    this.#drawRegions(hours?.region);
    this.closed.value = (hours?.closed ?? []).join(", ");
    this.problem.hidden = true;
  }

  /** The hours (null: none set), or undefined where a line cannot be read. */
  read() {
    if (!this.set.checked) return null;
    const week = {};
    let wrong = null;
    for (const [at, input] of this.days.entries()) {
      const openings = parseOpenings(input.value);
      input.toggleAttribute("aria-invalid", openings === null);
      if (openings === null) {
        input.setAttribute("aria-invalid", "true");
        wrong ??= `${DAYS[at]}: “${input.value}” cannot be read. Write 9–17, or 9–12, 13–17:30.`;
      } else if (openings.length) week[at + 1] = openings;
    }
    const closed = this.closed.value.split(/[,\s]+/).filter(Boolean);
    const date = closed.find((one) => !/^\d{4}-\d{2}-\d{2}$/.test(one) || Number.isNaN(Date.parse(one)));
    if (date) wrong ??= `“${date}” is not a date such as 2026-12-24.`;
    this.problem.hidden = wrong === null;
    this.problem.textContent = wrong ?? "";
    if (wrong) return undefined;
    return { zone: this.zone.value, week, country: this.country.value || null, region: this.region.value || null, closed };
  }
}
