/* The calendar of a person: hours stand where they belong, what is empty makes a task, the line of now moves on. */
import { behaviour } from "../lib/behaviour.js";
import { isTyping, on } from "../lib/dom.js";
import { tell } from "../lib/http.js";
import { openDrawer } from "./drawers.js";

const DAY = 1440;
const STEP = 30; // minutes that an empty place is divided into, and those of what is made there
const FLAT = 32; // what is shorter has one line
const REFRESH = 30_000;
const PATIENCE = 1000;
const PLACES = { at: "--at", for: "--for", lane: "--lane", of: "--of" };

/* By the CSSOM, which the content policy allows; a style attribute it would not. */
behaviour(".cal-c > [data-at]", (node) => {
  for (const [name, variable] of Object.entries(PLACES)) if (name in node.dataset) node.style.setProperty(variable, node.dataset[name]);
  node.classList.toggle("flat", Number(node.dataset.for) < FLAT);
});

behaviour("[data-calendar]", (body) => {
  const first = body.querySelector("[data-first-hour]");
  if (first) body.scrollTop = (Number(first.dataset.firstHour) / 24) * body.querySelector(".cal-hours").offsetHeight;
});

/* What is needed to take things in the hand is fetched behind the page. */
behaviour("[data-calendar][data-hand]", (body) => {
  import("../timeline/days.js").then(({ Days }) => {
    if (!body.isConnected) return;
    body.days = new Days(body);
    body.setAttribute("data-ready", "");
  });
  return () => body.days?.stop();
});
behaviour("[data-calendar] [data-move]", (node) => node.closest("[data-calendar]").days?.filled(node));

behaviour("[data-now]", (line) => {
  const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: document.body.dataset.zone });
  const show = () => {
    const [hours, minutes] = clock.format(new Date()).split(":").map(Number);
    line.style.setProperty("--at", String((hours % 24) * 60 + minutes));
  };
  show();
  const timer = setInterval(show, REFRESH);
  return () => clearInterval(timer);
});

/* What is chosen is chosen on every computer of the person. It is kept first and gone to then, or what is asked for next
   might still find the former; but nobody waits for long. */
on("click", "[data-keep] [data-kept]", async (event, link) => {
  const kept = tell(link.closest("[data-keep]").dataset.keep, link.dataset.kept);
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  await Promise.race([kept, new Promise((done) => setTimeout(done, PATIENCE))]);
  location.assign(link.href);
});

/* M over a task opens where its time is typed; with the focus on it, it is taken in the hand where that can be. */
document.addEventListener("keydown", (event) => {
  if (event.code !== "KeyM" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (document.body.dataset.keys !== "on" || isTyping(event.target) || document.querySelector("dialog[open], #k-drawers > .drawer")) return;
  const entry = event.target.closest?.("[data-move]") ?? document.querySelector(".cal [data-move]:hover");
  if (!entry) return;
  event.preventDefault();
  openDrawer(entry.dataset.move, { opener: entry });
});

const clockOf = (minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

on("click", "[data-new] :is(.cal-c, .cal-d)", (event, place) => {
  if (event.target.closest("a, .cal-it")) return;
  const url = new URL(place.closest("[data-new]").dataset.new, location.href);
  const { day } = place.dataset;
  if (place.matches(".cal-c")) {
    const { top, height } = place.getBoundingClientRect();
    const start = Math.floor((((event.clientY - top) / height) * DAY) / STEP) * STEP;
    url.searchParams.set("start", `${day}T${clockOf(start)}`);
    if (start + STEP < DAY) url.searchParams.set("end", `${day}T${clockOf(start + STEP)}`);
  } else {
    url.searchParams.set("due", day);
  }
  openDrawer(url.pathname + url.search, { opener: place });
});
