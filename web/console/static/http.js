/** The console's HTTP calls. Each returns the parsed body, or throws `Refused` with kind words. */

export class Refused extends Error {
  /**
   * @param {number} status 0 when the server could not be reached
   * @param {string} code the server's code, or "unreachable"
   * @param {string} message a sentence for the agent
   */
  constructor(status, code, message, retryAfterS = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfterS = retryAfterS;
  }
}

async function call(method, path, body) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      credentials: "same-origin",
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Refused(0, "unreachable", "The server cannot be reached. Check the connection and try again.");
  }
  const text = await answer.text();
  const parsed = parse(text);
  if (answer.ok) return parsed;
  const error = parsed?.error ?? {};
  throw new Refused(
    answer.status,
    error.code ?? "failed",
    error.message ?? `The server answered ${answer.status}. Try again in a moment.`,
    error.retry_after_s ?? (Number(answer.headers.get("retry-after")) || null),
  );
}

function parse(text) {
  try {
    return text === "" ? null : JSON.parse(text);
  } catch {
    return null; // a proxy's HTML page, for example
  }
}

/** What an optional part of the console needs; null where this server does not offer it. */
async function optional(path) {
  try {
    return await call("GET", path);
  } catch (refused) {
    if (refused instanceof Refused && [404, 405, 501].includes(refused.status)) return null;
    throw refused;
  }
}

const replyPath = (name) => `/api/agent/saved-replies/${name.split("/").map(encodeURIComponent).join("/")}`;
const personPath = (id) => `/api/agent/people/${encodeURIComponent(id)}`;
const sitePath = (id) => `/api/agent/sites/${encodeURIComponent(id)}`;
const conversationPath = (id) => `/api/agent/conversations/${encodeURIComponent(id)}`;

export const http = {
  me: () => call("GET", "/api/agent/me"),
  logIn: (email, password) => call("POST", "/api/login", { email, password }),
  logOut: () => call("POST", "/api/logout"),
  changePassword: (current, fresh) => call("POST", "/api/password", { current, new: fresh }),
  packet: (id) => optional(`${conversationPath(id)}/packet`),
  about: (id) => optional(conversationPath(id)),
  suggestions: (id) => optional(`${conversationPath(id)}/suggestions`),
  savedReplies: () => optional("/api/agent/saved-replies"),
  team: () => optional("/api/agent/team"),
  closed: () => optional("/api/agent/conversations?view=closed"),
  addReply: (name, text) => call("POST", "/api/agent/saved-replies", { name, text }),
  changeReply: (name, text) => call("PUT", replyPath(name), { text }),
  removeReply: (name) => call("DELETE", replyPath(name)),
  rules: () => optional("/api/rules"),
  people: () => call("GET", "/api/agent/people"),
  addPerson: (person) => call("POST", "/api/agent/people", person),
  changePerson: (id, duties) => call("PUT", personPath(id), duties),
  newPassword: (id) => call("POST", `${personPath(id)}/password`),
  sites: () => call("GET", "/api/agent/sites"),
  addSite: (name, origins) => call("POST", "/api/agent/sites", { name, origins }),
  changeOrigins: (id, origins) => call("PUT", `${sitePath(id)}/origins`, { origins }),
  changeLook: (id, look) => call("PUT", `${sitePath(id)}/look`, look),
  asked: (id) => call("GET", `${sitePath(id)}/asked`),
  find: (words) => optional(`/api/agent/conversations?q=${encodeURIComponent(words)}`),
};
