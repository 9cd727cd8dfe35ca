// A box whose content is wider than itself says so: its edge fades where there is more, an arrow
// stands there, and the keyboard reaches it.
(() => {
  const BOXES = "article pre, article .pst-scrollable-table-container, article .output";

  function mark(box) {
    const scrolls = getComputedStyle(box).overflowX !== "visible";
    const more = scrolls && box.scrollWidth - box.clientWidth > 1;
    const frame = box.closest(".scroll-frame");
    if (!more && !frame) return;
    if (more) box.tabIndex = 0;
    const place = box.scrollLeft, rest = box.scrollWidth - box.clientWidth - place;
    const sides = [place > 1 ? "left" : "", more && rest > 1 ? "right" : ""];
    box.dataset.more = sides.filter(Boolean).join(" ");
    (frame ?? framed(box)).classList.toggle("more-right", sides[1] !== "");
  }

  // The arrow stands in a frame around the box; inside the box it would scroll away.
  function framed(box) {
    const frame = document.createElement("div"), sign = document.createElement("span");
    frame.className = "scroll-frame";
    sign.className = "scroll-sign";
    sign.textContent = "→";
    sign.setAttribute("aria-hidden", "true");
    box.replaceWith(frame);
    frame.append(box, sign);
    box.addEventListener("scroll", () => mark(box), { passive: true });
    return frame;
  }

  const markAll = () => document.querySelectorAll(BOXES).forEach(mark);
  window.addEventListener("load", markAll);
  window.addEventListener("resize", markAll);
  document.addEventListener("toggle", markAll, true); // what was folded had no width
})();
