// One click, one request: a form that is on its way is not sent again. The server is safe against
// repeats too; this spares people the doubt.
const underWay = new WeakSet();

function mark(form, busy) {
  if (busy) underWay.add(form);
  else underWay.delete(form);
  for (const button of form.querySelectorAll("button:not([type=button])")) {
    if (busy) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
}

export function refuseSecondSubmit() {
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (form.method !== "post" || form.hasAttribute("data-stays")) return;
      if (underWay.has(form)) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      mark(form, true);
    },
    true,
  );
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const form = detail.elt.closest?.("form");
    if (form) mark(form, false);
  });
  // Coming back with the browser's button shows the page as it was left.
  window.addEventListener("pageshow", () => {
    for (const form of document.forms) mark(form, false);
  });
}
