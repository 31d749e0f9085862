/** Leaving a page with typed but unsent text asks first: <form data-guard-unsaved>. */
export function guardUnsaved() {
  const changed = new Set();
  document.addEventListener("input", ({ target }) => {
    const form = target.closest?.("form[data-guard-unsaved]");
    if (form) changed.add(form);
  });
  const settle = (form) => changed.delete(form);
  document.addEventListener("submit", ({ target }) => settle(target));
  document.addEventListener("keep:saved", ({ target }) => settle(target));
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.successful) settle(detail.elt.closest?.("form"));
  });
  window.addEventListener("beforeunload", (event) => {
    const waiting = [...changed].some((form) => form.isConnected);
    if (waiting) event.preventDefault();
  });
}
