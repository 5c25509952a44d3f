/* In the head, before the styles: "as the computer" must not flash the other colours. */
const root = document.documentElement;
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const paint = () => {
  if (root.dataset.kTheme === "auto") root.dataset.bsTheme = dark.matches ? "dark" : "light";
};
dark.addEventListener("change", paint);
paint();
