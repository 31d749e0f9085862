// A form or button with data-confirm="sentence" asks first. Without this script it simply submits.
const agreed = new WeakSet();

function ask(sentence, action, proceed) {
  const dialog = document.getElementById("confirm");
  dialog.querySelector("[data-text]").textContent = sentence;
  const yes = dialog.querySelector("[value=yes]");
  yes.textContent = action || yes.dataset.default;
  dialog.returnValue = "";
  dialog.addEventListener("close", () => dialog.returnValue === "yes" && proceed(), { once: true });
  dialog.showModal();
}

export function confirmFirst() {
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      const { submitter } = event;
      const asking = submitter?.dataset.confirm ? submitter : form;
      if (!asking.dataset.confirm || agreed.delete(form)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      ask(asking.dataset.confirm, submitter?.textContent.trim(), () => {
        agreed.add(form);
        form.requestSubmit(submitter ?? undefined);
      });
    },
    true,
  );
}
