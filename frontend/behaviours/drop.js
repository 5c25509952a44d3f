/* A place for files: dropped, chosen or pasted, each posted on its own, with how far it is and Stop. */
import { dispatch, glyph, make, newKey, on, say } from "../lib/dom.js";
import { csrf, obey } from "../lib/http.js";

on("dragover", "[data-drop]", (event, zone) => {
  event.preventDefault();
  zone.classList.add("on");
});
on("dragleave", "[data-drop]", (event, zone) => {
  if (!zone.contains(event.relatedTarget)) zone.classList.remove("on");
});
on("drop", "[data-drop]", (event, zone) => {
  event.preventDefault();
  zone.classList.remove("on");
  take(zone, event.dataTransfer.files);
});
on("change", "[data-drop] input[type=file]", (_event, input) => {
  take(input.closest("[data-drop]"), input.files);
  input.value = "";
});

function take(zone, files) {
  const isMany = zone.querySelector("input[type=file]").multiple;
  for (const file of [...files].slice(0, isMany ? files.length : 1)) post(zone, file);
}

/** fetch tells nothing of the way up, XMLHttpRequest does. */
function post(zone, file) {
  const request = new XMLHttpRequest();
  const line = lineFor(file, () => request.abort());
  zone.querySelector(".drop-l").append(line.box);
  request.upload.addEventListener("progress", ({ loaded, total }) => line.bar.setAttribute("width", String((100 * loaded) / total)));
  request.addEventListener("load", () => answered(zone, file, line, request));
  request.addEventListener("error", () => line.fail(say("offline")));
  request.addEventListener("abort", () => line.box.remove());
  request.open("POST", zone.dataset.drop);
  for (const [name, value] of Object.entries({ "HX-Request": "true", "Idempotency-Key": newKey(), ...csrf() })) request.setRequestHeader(name, value);
  const data = new FormData();
  data.append(zone.dataset.name, file, file.name);
  request.send(data);
}

function answered(zone, file, line, request) {
  const { status } = request;
  if (status === 413) return line.fail(say("too_big", { name: file.name }));
  if (status === 422) return line.fail(request.responseText);
  if (status >= 400) return line.fail(say("failed"));
  line.done(say("sent", { name: file.name }));
  obey({ get: (name) => request.getResponseHeader(name) }, zone);
  return dispatch(zone, "kartu:file", { name: file.name });
}

function lineFor(file, stop) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const [track, bar] = ["f-sunk", "f-acc"].map((css) => {
    const rect = document.createElementNS(space, "rect");
    rect.setAttribute("class", css);
    rect.setAttribute("height", "6");
    rect.setAttribute("width", css === "f-sunk" ? "100" : "0");
    return rect;
  });
  svg.setAttribute("class", "spanbar");
  svg.setAttribute("viewBox", "0 0 100 6");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  svg.append(track, bar);
  const words = make("span", { class: "cut grow" }, say("sending", { name: file.name }));
  const button = make("button", { type: "button", class: "btn btn-ghost btn-ic", "aria-label": say("cancel") }, glyph("x"));
  button.addEventListener("click", stop);
  const box = make("div", { class: "drop-f xs" }, make("div", { class: "row-x" }, words, button), svg);
  const end = (text, css) => {
    svg.remove();
    button.remove();
    words.textContent = text;
    words.className = `grow ${css}`;
  };
  return { box, bar, done: (text) => end(text, "ok"), fail: (text) => end(`${file.name}: ${text}`, "bad") };
}
