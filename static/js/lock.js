// The idle lock as it looks from the page. The server decides; this shows what it decided, keeps the
// page and what was typed under a dialog, and takes the answer to the server.
import { ask, canUsePasskeys, question } from "./passkeys.js";

const BACKGROUND = { Accept: "application/json", "X-Background": "1" };
const SIGN_OF_LIFE_MS = 60_000;

export function watchLock() {
  const dialog = document.getElementById("lock");
  if (!dialog) return;
  const { stateUrl, passkeyUrl, failed, offline } = dialog.dataset;
  const form = dialog.querySelector("form");
  const problem = dialog.querySelector("[data-problem]");
  const passkey = dialog.querySelector("[data-lock-passkey]");
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("lock") : null;
  let isLocked = false;
  let timer = 0;
  let lastSign = Date.now();

  function askAgainIn(seconds) {
    clearTimeout(timer);
    timer = setTimeout(look, Math.max(1, seconds) * 1000 + 250);
  }

  /** What the server says; asking is no sign of a person unless a person did something. */
  async function look(headers = BACKGROUND) {
    try {
      const reply = await fetch(stateUrl, { headers });
      show(await reply.json());
    } catch {
      askAgainIn(30);
    }
  }

  function show({ state, seconds }) {
    if (state === "open") {
      open();
      askAgainIn(seconds);
    } else {
      lock();
      if (state === "ended") end();
    }
  }

  function lock() {
    if (isLocked) return;
    isLocked = true;
    document.documentElement.classList.add("is-locked");
    for (const other of document.querySelectorAll("dialog[open]")) other.close();
    dialog.showModal();
  }

  function open() {
    if (!isLocked) return;
    isLocked = false;
    document.documentElement.classList.remove("is-locked");
    form.reset();
    problem.textContent = "";
    end(false);
    dialog.close();
  }

  /** Nothing is left to unlock; or, after signing in elsewhere, the next time there is. */
  function end(hasEnded = true) {
    form.hidden = hasEnded;
    dialog.querySelector(".lock-out").hidden = hasEnded;
    dialog.querySelector("[data-ended]").hidden = !hasEnded;
  }

  async function answer(fields) {
    const body = new FormData(form);
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    try {
      const reply = await fetch(form.action, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
      });
      const { state, detail } = await reply.json();
      problem.textContent = detail ?? "";
      if (state === "ended") return end();
      if (state === "open") {
        channel?.postMessage("open");
        look();
      }
    } catch {
      problem.textContent = navigator.onLine ? failed : offline;
    }
    form.querySelector("[type=password]")?.select();
  }

  // Before the scripts that watch every form: this one never leaves the page.
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    answer({});
  });
  if (canUsePasskeys()) {
    passkey.hidden = false;
    passkey.addEventListener("click", async () => {
      try {
        answer({ "unlock-credential": await ask(await question(passkeyUrl)) });
      } catch {
        problem.textContent = failed;
        look();
      }
    });
  }
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.addEventListener("close", () => isLocked && dialog.showModal());

  // The server may know first: another answer says 423, or 401 where the session has ended.
  document.addEventListener("htmx:responseError", ({ detail }) => {
    if ([401, 423].includes(detail.xhr.status)) look();
  });
  document.addEventListener("session:refused", () => look());
  document.addEventListener("visibilitychange", () => document.hidden || look());
  channel?.addEventListener("message", () => look());

  // Writing a long text makes no request; a person who types is there all the same.
  document.addEventListener(
    "input",
    () => {
      if (isLocked || Date.now() - lastSign < SIGN_OF_LIFE_MS) return;
      lastSign = Date.now();
      look({ Accept: "application/json" });
    },
    true,
  );
  askAgainIn(Number(dialog.dataset.seconds));
}
