// Choices in the header take effect at once; without script each has its button.
"use strict";
document.documentElement.classList.add("with-script");
document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-at-once]")) event.target.form.submit();
});
// What is too wide is pushed sideways; the keyboard has to reach it too.
const reach = () => {
  for (const box of document.querySelectorAll("#content .module, #changelist .results")) {
    const isWide = box.scrollWidth > box.clientWidth;
    if (isWide && !box.hasAttribute("tabindex")) box.tabIndex = 0;
  }
};
document.addEventListener("DOMContentLoaded", reach);
window.addEventListener("resize", reach);
// "/" goes to the search field (U-41).
document.addEventListener("keydown", (event) => {
  const field = document.getElementById("wafa-search");
  const isWriting = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && field && !isWriting && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    field.focus();
  }
});
