// Small mends of the theme. Loaded in the head, before anything is drawn.

// "auto" is the reader's setting; the style sheets know only light and dark.
(() => {
  const root = document.documentElement;
  if (root.dataset.theme === "auto") {
    root.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
})();

// What scrolls sideways can be reached with the keyboard.
function markScrollers() {
  document.querySelectorAll(".pst-scrollable-table-container, .output, pre").forEach((box) => {
    if (box.scrollWidth > box.clientWidth) {
      box.tabIndex = 0;
    }
  });
}
window.addEventListener("load", markScrollers);
window.addEventListener("resize", markScrollers);

// On paper nothing is folded away, and the page is light.
(() => {
  const root = document.documentElement;
  let folded = [];
  let theme = "light";
  window.addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("article details:not([open])")];
    folded.forEach((part) => part.setAttribute("open", ""));
    theme = root.dataset.theme;
    root.dataset.theme = "light";
  });
  window.addEventListener("afterprint", () => {
    folded.forEach((part) => part.removeAttribute("open"));
    root.dataset.theme = theme;
  });
})();
