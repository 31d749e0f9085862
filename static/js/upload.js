// Files dropped on or chosen in <form data-uploads>: one after the other, each with its progress and,
// if it is not taken, the server's own sentence. Without this script the form sends one file.
export function takeUploads() {
  for (const form of document.querySelectorAll("form[data-uploads]")) take(form);
}

let underWay = 0;

function take(form) {
  const input = form.querySelector("[type=file]");
  const drop = form.querySelector("[data-drop]");
  const words = form.dataset;
  let last = Promise.resolve();

  input.multiple = true;
  input.required = false;
  for (const part of form.querySelectorAll("[data-with-script]")) part.hidden = false;
  for (const part of form.querySelectorAll("[data-without-script]")) part.hidden = true;

  function add(files) {
    const details = new FormData(form);
    if (files.length > 1) details.set("title", "");
    for (const file of files) queue(file, details, line(form, file.name));
    form.querySelector("[name=title]").value = "";
  }

  function queue(file, details, row) {
    if (file.size > Number(words.maxBytes)) return refuse(row, words.tooLarge);
    row.say(words.waiting);
    underWay += 1;
    last = last
      .then(() => send(form, file, details, row))
      .then(
        (answer) => store(form, answer, row),
        ({ sentence, again }) => refuse(row, sentence, again && (() => queue(file, details, row))),
      )
      .finally(() => {
        underWay -= 1;
        showAnew(form);
      });
  }

  input.addEventListener("change", () => {
    add([...input.files]);
    input.value = "";
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("is-over");
  });
  for (const name of ["dragleave", "drop"]) {
    drop.addEventListener(name, () => drop.classList.remove("is-over"));
  }
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    add([...event.dataTransfer.files]);
  });
}

window.addEventListener("beforeunload", (event) => underWay && event.preventDefault());

/** A line of the list below the form. */
function line(form, name) {
  const made = form.querySelector("[data-row]").content.cloneNode(true).firstElementChild;
  const part = (key) => made.querySelector(`[data-${key}]`);
  part("name").textContent = name;
  part("progress").setAttribute("aria-label", name);
  form.querySelector("[data-list]").append(made);
  return {
    made,
    again: part("again"),
    progress: part("progress"),
    say(sentence) {
      part("state").textContent = sentence;
    },
    announce(sentence) {
      form.querySelector("[data-said]").textContent = `${name}: ${sentence}`;
    },
  };
}

function send(form, file, details, row) {
  const words = form.dataset;
  const body = new FormData();
  for (const [name, value] of details) if (name !== "file") body.append(name, value);
  body.append("file", file, file.name.normalize("NFC"));
  row.say(words.sending);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      row.progress.value = (loaded / total) * 100;
    });
    request.upload.addEventListener("load", () => row.say(words.judging));
    request.addEventListener("load", () => {
      if (request.status === 200 && request.response) return resolve(request.response);
      reject(reason(request, words));
    });
    request.addEventListener("error", () => reject({ sentence: words.offline, again: true }));
    request.send(body);
  });
}

function reason({ status, response }, words) {
  if ([401, 403, 423].includes(status) && !response?.detail) {
    return { sentence: words.signedOut, again: true };
  }
  if (response?.detail) return { sentence: response.detail, again: status >= 500 };
  return { sentence: words.failed, again: true };
}

function store(form, answer, row) {
  row.progress.value = 100;
  row.say([form.dataset.done, ...answer.flags].join(" · "));
  row.announce(form.dataset.done);
  const files = form.parentElement.querySelector("[data-files]");
  if (files && answer.html) files.innerHTML = answer.html;
  // The first file begins the report: its form goes on from there, unless it has saved by itself.
  const version = document.querySelector(".report-form [name=version]");
  if (version && version.value === "" && answer.version !== null) version.value = answer.version;
}

/** A page that lists evidence elsewhere is read anew, unless there is a refusal to be read first. */
function showAnew(form) {
  const isListed = form.parentElement.querySelector("[data-files]");
  if (!isListed && underWay === 0 && !form.querySelector(".is-refused")) location.reload();
}

function refuse(row, sentence, retry) {
  row.made.classList.add("is-refused");
  row.say(sentence);
  row.announce(sentence);
  row.again.hidden = !retry;
  if (retry) {
    row.again.onclick = () => {
      row.made.classList.remove("is-refused");
      row.again.hidden = true;
      retry();
    };
  }
}
