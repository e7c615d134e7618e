// Choices in the header take effect at once; without script each has its button.
"use strict";
document.documentElement.classList.add("with-script");
document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-at-once]")) event.target.form.submit();
});
// "/" goes to the search field (U-41).
document.addEventListener("keydown", (event) => {
  const field = document.getElementById("wafa-search");
  const isWriting = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && field && !isWriting && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    field.focus();
  }
});
