// Saves a report while it is typed (form[data-keeps]). What cannot be sent is kept on this computer
// and offered again: after a lost connection, a closed window, an ended session.
const QUIET_MS = 1200;
const LONGEST_PAUSE_MS = 30_000;
const PREFIX = "keep:";
const UNKEPT = new Set(["csrfmiddlewaretoken", "version", "action"]);

export function keepReports() {
  const form = document.querySelector("form[data-keeps]");
  if (form) keep(form);
}

/** What was typed, by field; neither files nor what belongs to the request alone. */
function typed(form) {
  const fields = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && !UNKEPT.has(name)) fields[name] = value;
  }
  return fields;
}

function isSame(one, other) {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => (one[name] ?? "") === (other[name] ?? ""));
}

/** A small box in the browser's storage; without storage nothing is kept, and nothing breaks. */
function box(name) {
  const key = PREFIX + name;
  const attempt = (act) => {
    try {
      return act();
    } catch {
      return null;
    }
  };
  return {
    read: () => attempt(() => JSON.parse(localStorage.getItem(key))),
    write: (value) => attempt(() => localStorage.setItem(key, JSON.stringify(value))),
    empty: () => attempt(() => localStorage.removeItem(key)),
  };
}

function keep(form) {
  const kept = box(form.dataset.keeps);
  const words = form.querySelector("[data-saved]");
  const version = form.elements.version;
  let timer = 0;
  let failures = 0;
  let underWay = null;
  let isDirty = false;
  let isStale = false;
  let passes = false;

  offer();
  offerTheirs(form, touched);

  function say(sentence, state) {
    words.textContent = sentence;
    words.dataset.state = state;
  }

  function touched() {
    isDirty = true;
    kept.write({ at: new Date().toISOString(), version: version.value, fields: typed(form) });
    if (isStale) return;
    say(words.dataset.typing, "typing");
    saveIn(QUIET_MS);
  }

  function saveIn(pause) {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  }

  /** Send what is there now; one request at a time. True when the server has all of it. */
  async function save({ keepalive = false } = {}) {
    clearTimeout(timer);
    if (underWay) await underWay;
    if (!isDirty || isStale) return !isStale;
    isDirty = false;
    say(words.dataset.saving, "saving");
    underWay = send(keepalive);
    const isSaved = await underWay;
    underWay = null;
    if (!isSaved) isDirty = true;
    return isSaved;
  }

  async function send(keepalive) {
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (typeof value !== "string") body.delete(name);
    body.set("action", "autosave");
    try {
      const reply = await fetch(location.pathname, {
        method: "POST",
        body,
        keepalive,
        headers: { Accept: "application/json" },
      });
      return answered(reply.status, await reply.json());
    } catch {
      failures += 1;
      say(words.dataset.offline, "offline");
      saveIn(Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** failures));
      return false;
    }
  }

  function answered(status, answer) {
    failures = 0;
    if (status === 200) return saved(answer);
    if (status === 412) {
      isStale = true;
      say(words.dataset.stale, "stale");
      return false;
    }
    if ([401, 423].includes(status)) {
      document.dispatchEvent(new CustomEvent("session:refused"));
      saveIn(LONGEST_PAUSE_MS);
    }
    say(`${answer.detail ?? ""} ${words.dataset.failed}`.trim(), "failed");
    return false;
  }

  function saved(answer) {
    version.value = answer.version;
    showFaults(form, answer.faults);
    showMissing(form, answer.missing);
    say(answer.said, "saved");
    if (!isDirty && Object.keys(answer.faults).length === 0) {
      kept.empty();
      form.dispatchEvent(new CustomEvent("keep:saved", { bubbles: true }));
    }
    return true;
  }

  /** What an earlier visit could not send, unless it stands in the form already. */
  function offer() {
    const found = kept.read();
    if ("unsaved" in form.dataset) {
      // The server refused what stands here: this computer has the only copy.
      kept.write({ at: new Date().toISOString(), version: version.value, fields: typed(form) });
      return;
    }
    if (!found?.fields) return;
    if (isSame(found.fields, typed(form))) {
      kept.empty();
      return;
    }
    const asking = document.querySelector("[data-kept]");
    const sentence = asking.querySelector("[data-kept-words]");
    const at = new Date(found.at).toLocaleString(document.documentElement.lang);
    sentence.textContent = sentence.dataset.said.replace("{time}", at);
    asking.hidden = false;
    asking.querySelector("[data-kept-restore]").addEventListener("click", () => {
      for (const field of form.elements) {
        if (field.type === "checkbox") field.checked = field.name in found.fields;
      }
      for (const [name, value] of Object.entries(found.fields)) put(form, name, value);
      // Typed on an older text, it is compared with the newer one by the server.
      version.value = found.version;
      asking.hidden = true;
      touched();
    });
    asking.querySelector("[data-kept-drop]").addEventListener("click", () => {
      kept.empty();
      asking.hidden = true;
    });
  }

  form.addEventListener("input", touched);
  form.addEventListener("change", touched);
  window.addEventListener("online", () => isDirty && saveIn(0));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && isDirty) save({ keepalive: true });
  });
  form.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey)) return;
    if (event.key === "s") {
      event.preventDefault();
      isDirty = true;
      save();
    } else if (event.key === "Enter") {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button[value=submit]"));
    }
  });
  // Whatever leaves the page is saved first, so that a broken connection loses nothing. Before the
  // script that refuses a second submit: the first one has not happened yet.
  document.addEventListener(
    "submit",
    async (event) => {
      if (event.target !== form || passes || !isDirty || isStale) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const { submitter } = event;
      if (!(await save())) {
        if (!isStale) return;
      }
      passes = true;
      form.requestSubmit(submitter);
    },
    true,
  );
}

/** Put a value into a field, whatever kind of field it is. */
function put(form, name, value) {
  const field = form.elements[name];
  if (!field) return;
  if (field.type === "checkbox") field.checked = Boolean(value);
  else field.value = value;
}

/** Beside a text that somebody else saved: take theirs over. */
function offerTheirs(form, touched) {
  for (const button of form.querySelectorAll("[data-take]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      put(form, button.dataset.take, button.dataset.value);
      touched();
    });
  }
}

function showFaults(form, faults) {
  for (const old of form.querySelectorAll("[data-fault]")) old.remove();
  for (const [name, sentence] of Object.entries(faults)) {
    const place = form.querySelector(`[data-field="${CSS.escape(name)}"]`);
    const line = document.createElement("p");
    line.className = "fault";
    line.dataset.fault = name;
    line.textContent = sentence;
    place?.append(line);
  }
}

function showMissing(form, sentences) {
  const list = form.querySelector("[data-missing]");
  const lines = sentences.map((sentence) => {
    const line = document.createElement("li");
    line.textContent = `${list.dataset.word} ${sentence}`;
    return line;
  });
  list.replaceChildren(...lines);
}
