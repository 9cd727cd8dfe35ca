// Small mends of the theme. Loaded in the head, before anything is drawn.

// "auto" is the reader's setting; the style sheets know only light and dark.
(() => {
  const root = document.documentElement;
  if (root.dataset.theme === "auto") {
    root.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
})();
