/** When a chat shall come back: the usual times, counted from now. Pure. */

import { dayName, timeOfDay } from "./clock.js";

const MORNING = 9;
const EVENING = 17;
const HOUR_MS = 3_600_000;

/** The day `days` from `now` at `hour` o'clock, in the agent's own zone (milliseconds). */
function at(now, days, hour) {
  const day = new Date(now);
  day.setDate(day.getDate() + days);
  return day.setHours(hour, 0, 0, 0);
}

/** Usual times: `{words, at}`, soonest first. */
export function usualTimes(now) {
  const weekday = new Date(now).getDay();
  const monday = at(now, (8 - weekday) % 7 || 7, MORNING);
  const tomorrow = at(now, 1, MORNING);
  return [
    { words: "In an hour", at: now + HOUR_MS },
    { words: "This afternoon", at: at(now, 0, EVENING) },
    { words: "Tomorrow morning", at: tomorrow },
    { words: "On Monday", at: monday },
  ].filter((one, index, all) => one.at > now && all.findIndex((other) => other.at === one.at) === index)
    .sort((a, b) => a.at - b.at);
}

/** "today 15:00", "Monday 16 November 09:00". */
export function dueWords(due, now) {
  const tomorrow = new Date(due).toDateString() === new Date(now + 86_400_000).toDateString();
  const day = tomorrow ? "tomorrow" : dayName(due, now);
  return `${day === "Today" ? "today" : day} ${timeOfDay(due)}`;
}

/** The value of a `datetime-local` field for a time. */
export function localValue(time) {
  const shifted = new Date(time - new Date(time).getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

/** A promise nearer than this is due soon (milliseconds). */
const SOON_MS = 15 * 60_000;

/** "calm", "amber" (soon) or "red" (over) for a promise's time. */
export function dueUrgency(due, now) {
  if (now >= due) return "red";
  return due - now < SOON_MS ? "amber" : "calm";
}
