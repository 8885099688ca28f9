/** The console's places beside the chats, each at an address of its own: `#people`, `#look`, … */

const LEADS = new Set(["supervisor", "admin"]);

/** From left to right; `leads` are for supervisors and administrators only. */
export const PLACES = [
  { id: "chats", name: "Chats", tag: null },
  { id: "rules", name: "Rules", tag: "warmline-rules", module: "./rules.js" },
  { id: "replies", name: "Saved replies", tag: "warmline-saved-replies", module: "./saved.js" },
  { id: "people", name: "People", tag: "warmline-people", module: "./people.js", leads: true },
  { id: "look", name: "Look", tag: "warmline-look", module: "./look.js", leads: true },
];

/** Whether somebody with this role leads others. */
export function leads(me) {
  return LEADS.has(me?.role);
}

/** The places that this agent may see. */
export function placesFor(me) {
  return PLACES.filter((place) => !place.leads || leads(me));
}

/** The place that an address names, the chats where it names none. */
export function placeAt(hash, me) {
  return placesFor(me).find(({ id }) => id === hash.replace(/^#/, "")) ?? PLACES[0];
}
