// On paper the page is light and nothing of it is folded. Hints and solutions that the reader has
// not opened are left out (print.css), unless they ask for them: by the page's print menu, or by
// ?solutions at the end of its address.
window.rnncourse ??= { stored: {} };
(() => {
  const root = document.documentElement;
  const asked = () => new URLSearchParams(location.search).has("solutions");
  let folded = [];
  let theme = "light";
  window.addEventListener("beforeprint", () => {
    if (asked()) root.dataset.print = "solutions";
    folded = [...document.querySelectorAll("article details:not([open])")];
    folded.forEach((part) => {
      part.dataset.unfolded = "";
      part.open = true;
    });
    theme = root.dataset.theme;
    root.dataset.theme = "light";
  });
  window.addEventListener("afterprint", () => {
    folded.forEach((part) => {
      delete part.dataset.unfolded;
      part.open = false;
    });
    root.dataset.theme = theme;
    delete root.dataset.print;
  });
  rnncourse.printWithSolutions = () => {
    root.dataset.print = "solutions";
    window.print();
  };
})();
