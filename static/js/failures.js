// Says in words when a request in the background failed. The sentences come translated from the
// page (data-… attributes of #live); what the server itself says about the problem goes first.
const live = () => document.getElementById("live");

export function say(sentence) {
  const region = live();
  if (!region) return;
  const message = document.getElementById("live-message").content.cloneNode(true);
  message.querySelector("[data-text]").textContent = sentence;
  message.querySelector("button").addEventListener("click", () => region.replaceChildren());
  region.replaceChildren(message);
}

function serverSentence(request) {
  if (!request.getResponseHeader("Content-Type")?.includes("json")) return "";
  try {
    return JSON.parse(request.responseText).detail ?? "";
  } catch {
    return "";
  }
}

export function reportFailures() {
  document.addEventListener("htmx:responseError", ({ detail }) => {
    const { status } = detail.xhr;
    const known = live()?.dataset[`status${status}`];
    say(serverSentence(detail.xhr) || known || live()?.dataset.failed);
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, () => say(live()?.dataset.offline));
  }
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.successful) live()?.replaceChildren();
  });
}
