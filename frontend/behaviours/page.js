/* The page itself: where it was scrolled to, the line that shows waiting, times that go on. */
import { debounce } from "../lib/dom.js";

/* The sheet scrolls, not the window, so the browser does not bring it back on Back. */
const place = `kartu.scroll.${location.pathname}${location.search}`;
const scrollers = () => [...document.querySelectorAll("#main .body, #main .split > *")];
const isBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
const isReturn = sessionStorage.getItem("kartu.return") === place; // by a link that says "back to the list"
sessionStorage.removeItem("kartu.return");

if (isBack || isReturn) {
  const kept = JSON.parse(sessionStorage.getItem(place) ?? "[]");
  scrollers().forEach((part, number) => (part.scrollTop = kept[number] ?? 0));
}
const keep = debounce(() => sessionStorage.setItem(place, JSON.stringify(scrollers().map((part) => part.scrollTop))), 200);
document.addEventListener("scroll", keep, true);

/* Under 300 ms nothing; then a line under the top bar (the delay is in the styles). */
let waiting = 0;
const wait = (by) => () => {
  waiting = Math.max(0, waiting + by);
  document.body.classList.toggle("is-waiting", waiting > 0);
};
document.addEventListener("htmx:before:request", wait(1));
document.addEventListener("htmx:finally:request", wait(-1));

/* "today" becomes "yesterday" at midnight on a page that stays open. */
const zone = document.body.dataset.zone || undefined;
const language = document.documentElement.lang;
const dayOf = (moment) => new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(moment);
let today = dayOf(new Date());

function retell() {
  if (document.hidden || dayOf(new Date()) === today) return;
  today = dayOf(new Date());
  for (const time of document.querySelectorAll("time[data-near]")) time.textContent = told(time);
}

/** As `near_date` on the server tells it. */
function told({ dateTime }) {
  const hasClock = dateTime.includes("T");
  const moment = new Date(hasClock ? dateTime : `${dateTime}T12:00:00`);
  const days = Math.round((Date.parse(dayOf(moment)) - Date.parse(today)) / 86_400_000);
  const write = (options) => new Intl.DateTimeFormat(language, { timeZone: zone, ...options }).format(moment);
  const clock = hasClock ? new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" }).format(moment) : "";
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(days, "day");
  if (Math.abs(days) <= 1) return `${relative} ${clock}`.trim();
  if (days >= -30 && days < 0) return relative;
  if (days > 0 && days < 7) return `${write({ weekday: "short" })} ${clock || write({ day: "numeric", month: "short" })}`;
  const year = dayOf(moment).slice(0, 4) === today.slice(0, 4) ? undefined : "numeric";
  return write({ day: "numeric", month: "short", year });
}

setInterval(retell, 60_000);
document.addEventListener("visibilitychange", retell);
