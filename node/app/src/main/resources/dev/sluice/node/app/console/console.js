"use strict";
// The pages are in console.html; this fills them. Text from the node is only ever set as text, never as markup.

let csrf = "";
let state = null;
let timer = 0;
const $ = id => document.getElementById(id);
const pages = ["home", "settings", "diagnostics", "help"];

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

class Failure extends Error {
  constructor(status, problem) {
    super(problem.message || "the node answered with " + status);
    this.status = status;
    this.problem = problem;
  }
}

async function ask(path, body) {
  let answer;
  try {
    answer = await fetch(path, body === undefined
      ? { credentials: "same-origin" }
      : { method: "POST", credentials: "same-origin", body: JSON.stringify(body), headers: { "Content-Type": "application/json", "X-Sluice-Console": csrf } });
  } catch {
    throw new Failure(0, { message: "The console does not answer: it is closed, or its process has ended.", resolution: ["sluice node console"] });
  }
  const json = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    if (answer.status === 401 && path !== "/api/sign-in") gate();
    throw new Failure(answer.status, json);
  }
  return json;
}

function message(form, failure, good) {
  const place = form.querySelector(".message");
  place.replaceChildren();
  place.classList.toggle("good", Boolean(good));
  if (good) place.append(good);
  if (!failure) return;
  const problem = failure.problem || {};
  place.append((problem.code ? problem.code + ": " : "") + failure.message);
  if ((problem.resolution || []).length) {
    const steps = element("ul");
    problem.resolution.forEach(step => steps.append(element("li", step)));
    place.append(steps);
  }
}

// Does what a form or a button is for: disabled meanwhile, with the outcome below it.
async function act(form, work) {
  const buttons = [...form.querySelectorAll("button")];
  buttons.forEach(b => b.disabled = true);
  message(form, null, "");
  try {
    const good = await work(new FormData(form));
    message(form, null, good || "");
  } catch (failure) {
    message(form, failure);
  } finally {
    buttons.forEach(b => b.disabled = false);
  }
}

function onSubmit(id, work) {
  $(id).addEventListener("submit", event => {
    event.preventDefault();
    act($(id), work);
  });
}

function rows(id, pairs) {
  const list = $(id);
  list.replaceChildren();
  pairs.filter(p => p && p[1] !== "" && p[1] !== null && p[1] !== undefined)
    .forEach(([name, value]) => list.append(element("dt", name), element("dd", String(value))));
}

const time = text => text ? new Date(text).toLocaleString() : "never";
const megabytes = n => Number(n).toLocaleString() + " MB";
const kind = word => ({ Online: "good", Succeeded: "good", ok: "good", Stopped: "bad", Offline: "bad", Refused: "bad", Failed: "bad", failed: "bad" })[word] || "warn";

// --- sign in

function gate() {
  clearTimeout(timer);
  $("app").hidden = true;
  $("gate").hidden = false;
  $("pin").value = "";
  $("pin").focus();
}

$("sign-in").addEventListener("submit", event => {
  event.preventDefault();
  act($("sign-in"), async () => {
    csrf = (await ask("/api/sign-in", { pin: $("pin").value })).csrf;
    await enter();
  });
});

$("sign-out").addEventListener("click", async () => {
  await ask("/api/sign-out", {}).catch(() => {});
  gate();
});

async function enter() {
  await refresh();
  $("gate").hidden = true;
  $("app").hidden = false;
  fill();
  await connectors();
  show();
}

async function refresh() {
  state = await ask("/api/state");
  csrf = state.csrf;
  draw();
  clearTimeout(timer);
  timer = setTimeout(tick, 3000);
}

async function tick() {
  try {
    await refresh();
    $("notice").hidden = true;
  } catch (failure) {
    if (failure.status === 401) return;
    $("notice").textContent = failure.message;
    $("notice").hidden = false;
    timer = setTimeout(tick, 3000);
  }
}

// --- pages

function show() {
  const wanted = location.hash.slice(1);
  const page = pages.includes(wanted) ? wanted : "home";
  pages.forEach(p => $("page-" + p).hidden = p !== page);
  document.querySelectorAll("nav a").forEach(a => {
    if (a.hash === "#" + page) a.setAttribute("aria-current", "page");
    else a.removeAttribute("aria-current");
  });
  document.title = page[0].toUpperCase() + page.slice(1) + " · Sluice node console";
}
addEventListener("hashchange", () => {
  show();
  scrollTo(0, 0);
  $("main").focus({ preventScroll: true });
});

// --- what changes by itself

function draw() {
  const node = state.node;
  const word = node ? node.state : "Not registered";
  $("badge").textContent = word;
  $("badge").className = "badge " + (node ? kind(word) : "warn");
  $("registered").hidden = !state.registered;
  $("unregistered").hidden = state.registered;
  $("not-registered").textContent = state.notRegistered || "";
  rows("about", [["Version", state.version], ["Data folder", state.folder], ["Node", node && node.nodeName], ["Served by", state.running ? "the running node" : "the command 'sluice node console'"]]);
  $("capacity").textContent = (state.running ? "This node was started for at most " + state.mostJobs + " jobs at once. " : "The limit can be set while the node runs. ")
    + "The machine allows " + state.capacity + ".";
  $("tunnel").textContent = "ssh -L " + location.port + ":localhost:" + location.port + " " + (node ? node.nodeName : "HOST");
  $("verbose").checked = state.settings.verbose;
  if (node) drawNode(node);
}

function drawNode(node) {
  $("state").textContent = node.state;
  $("state").className = "state " + kind(node.state);
  const paused = state.settings.paused;
  $("reason").textContent = node.problem
    ? node.code + (node.hop ? " at " + node.hop : "") + ": " + node.problem
    : { Online: "Takes jobs.", Stopped: "No process of this node runs.", Draining: paused ? "Takes no new jobs, as was set here; running ones go on." : "Takes no new jobs, as the service says." }[node.state] || "";
  if (!state.running && node.pid) $("reason").textContent += " This console was opened before the node ran: run 'sluice node console' again to control it.";
  $("start").hidden = state.running || node.pid !== 0;
  $("pause").hidden = !state.running || paused;
  $("resume").hidden = !state.running || !paused;
  rows("registration", [["Node", node.nodeName], ["Runtime", node.runtimeName], ["Factory", node.factoryName || "the service's own group"], ["Registered", time(node.registeredAt)], ["Version", state.version]]);
  const proxy = state.proxy;
  rows("connection", [["Service", node.service], ["Last contact", node.pid ? time(node.lastContact) : "not running"],
    ...(node.expiresAt && /Stopped|Starting|Offline/.test(node.state) ? [["Registration expires", time(node.expiresAt) + " unless the service hears of the node before"]] : []),
    ["Proxy", proxy.mode === "none" || !proxy.address ? "none" : proxy.address], ["Reports to send", node.pid ? node.pendingReports : ""]]);
  const certificate = state.certificate;
  rows("credentials", [["State", "key and certificate are here"], ["Certificate", certificate.subject], ["Valid until", time(certificate.until)]]);
  rows("certificate", [["Subject", certificate.subject], ["Issuer", certificate.issuer], ["Serial", certificate.serial], ["Valid", time(certificate.from) + " to " + time(certificate.until)], ["Fingerprint", certificate.fingerprint]]);
  const facts = node.facts;
  rows("machine", facts
    ? [["Memory", megabytes(facts.availableMemoryMb) + " available"], ["Processors", facts.cpuUtilization + " % busy"], ["Network", Number(facts.receivedPerSecond).toLocaleString() + " B/s in, " + Number(facts.sentPerSecond).toLocaleString() + " B/s out"],
       ...(facts.pause ? [["Stood still", facts.pause.what + ": " + time(facts.pause.from) + " to " + time(facts.pause.to)]] : []),
       ...(facts.breakers || []).map(b => ["Store", b.store + ": circuit " + b.state + ", " + b.failures + " failures in a row (" + b.code + ")"])]
    : [["State", "known while the node runs"]]);
  drawJobs(node);
  const update = state.update;
  $("by-service").checked = update.byService;
  const last = update.last;
  rows("update-state", [["Version", state.version], ["Last update", last ? "to " + last.version + ": " + last.phase + ", " + time(last.at) : "none"], ["Problem", last && last.code ? last.code + ": " + last.detail : ""],
    ["Trusted makers", update.trusted ? "set" : "none yet: sluice node update --trust FILE"]]);
}

function table(titles, lines) {
  const scroll = element("div", undefined, "scroll");
  const made = element("table");
  const head = element("tr");
  titles.forEach(t => { const th = element("th", t); th.scope = "col"; head.append(th); });
  const thead = element("thead");
  thead.append(head);
  const body = element("tbody");
  lines.forEach(line => {
    const row = element("tr");
    line.forEach(cell => {
      const td = element("td");
      td.append(cell instanceof Node ? cell : String(cell));
      row.append(td);
    });
    body.append(row);
  });
  made.append(thead, body);
  scroll.append(made);
  return scroll;
}

function drawJobs(node) {
  const jobs = node.jobs || [];
  const of = node.pid ? " of " + node.concurrentJobsLimit + " at once" : "";
  $("jobs").replaceChildren(element("p", jobs.length + of, "muted"));
  if (jobs.length) {
    $("jobs").append(table(["Kind", "Activity", "Phase", "Rows read", "Rows written"], jobs.map(j =>
      [j.kind, j.activityName, j.progress.phase, Number(j.progress.rowsRead).toLocaleString(), Number(j.progress.rowsWritten).toLocaleString()])));
  }
}

// --- forms, filled once so that nobody's typing is overwritten

function fill() {
  if (state.proxy) {
    const form = $("proxy").elements;
    form.mode.value = state.proxy.mode;
    form.address.value = state.proxy.mode === "custom" ? state.proxy.address : "";
    form.user.value = state.proxy.user;
    form.bypass.value = state.proxy.bypass;
    form.password.placeholder = state.proxy.password ? "set; enter it again to keep it" : "";
  }
  $("limit").elements.jobs.value = state.settings.concurrentJobs;
  $("limit").elements.jobs.max = state.mostJobs;
  $("console").elements.port.value = state.settings.consolePort;
}

const proxyOf = data => ({ mode: data.get("mode"), address: data.get("address") || "", user: data.get("user") || "", password: data.get("password") || "", bypass: data.get("bypass") || "" });

onSubmit("register", async data => {
  await ask("/api/register", { key: data.get("key").trim(), name: data.get("name"), service: data.get("service"), proxy: proxyOf(data) });
  $("register").reset();
  await refresh();
  fill();
});
const read = (file, how) => new Promise((done, fail) => {
  const reader = new FileReader();
  reader.onload = () => done(reader.result);
  reader.onerror = () => fail(new Error(file.name + " cannot be read"));
  reader[how](file);
});
onSubmit("import", async data => {
  const pkcs12 = (await read(data.get("pkcs12"), "readAsDataURL")).split(",")[1];
  await ask("/api/certificate/import", { pkcs12, registration: await read(data.get("registration"), "readAsText"), password: data.get("password") });
  $("import").reset();
  await refresh();
  fill();
});
onSubmit("proxy", async data => { await ask("/api/proxy", proxyOf(data)); await refresh(); return "Saved."; });
onSubmit("limit", async data => { await ask("/api/limit", { jobs: Number(data.get("jobs")) }); await refresh(); return "Saved."; });
onSubmit("console", async data => { await ask("/api/console", { off: false, port: Number(data.get("port") || 0) }); return "Saved."; });
onSubmit("update", async data => {
  const at = data.get("at") ? new Date(data.get("at")).toISOString() : "";
  const told = await ask("/api/update", { file: data.get("file"), at });
  await refresh();
  return told.at ? "Update at " + time(told.at) + "." : "Update to version " + told.version + " begun.";
});
onSubmit("export", async data => {
  const made = await ask("/api/certificate/export", { password: data.get("password") });
  const bytes = Uint8Array.from(atob(made.pkcs12), c => c.charCodeAt(0));
  save(made.name, new Blob([bytes], { type: "application/x-pkcs12" }));
  save(made.name + ".json", new Blob([made.registration], { type: "application/json" }));
  $("export").reset();
  return "Two files: " + made.name + " and " + made.name + ".json.";
});
function save(name, blob) {
  const link = element("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

async function press(button, work) {
  button.disabled = true;
  try {
    await work();
    await refresh();
  } catch (failure) {
    $("notice").textContent = failure.message;
    $("notice").hidden = false;
  } finally {
    button.disabled = false;
  }
}
$("pause").addEventListener("click", e => press(e.target, () => ask("/api/pause", { on: true })));
$("resume").addEventListener("click", e => press(e.target, () => ask("/api/pause", { on: false })));
$("start").addEventListener("click", e => press(e.target, () => ask("/api/start", {})));
$("by-service").addEventListener("change", e => press(e.target, () => ask("/api/updates", { on: e.target.checked })));
$("verbose").addEventListener("change", e => press(e.target, () => ask("/api/verbose", { on: e.target.checked })));
$("close-console").addEventListener("click", e => {
  if (confirm("Close the console? It can be opened again with 'sluice node console --open' only.")) {
    press(e.target, () => ask("/api/console", { off: true, port: state.settings.consolePort }));
  }
});

// --- diagnostics

const secret = value => ({ type: "SecureString", value });
const samples = {
  FileServer: { host: "/data" },
  AzureFileStorage: { connectionString: "DefaultEndpointsProtocol=https;AccountName=…;AccountKey=…", fileShare: "share" },
  AzureBlobStorage: { connectionString: "DefaultEndpointsProtocol=https;AccountName=…;AccountKey=…" },
  AzureBlobFS: { url: "https://ACCOUNT.dfs.core.windows.net", accountKey: secret("") },
  AmazonS3: { accessKeyId: "", secretAccessKey: secret(""), serviceUrl: "https://s3.amazonaws.com" },
  FtpServer: { host: "", port: 21, authenticationType: "Basic", userName: "", password: secret("") },
  Sftp: { host: "", port: 22, authenticationType: "Basic", userName: "", password: secret(""), skipHostKeyValidation: false, hostKeyFingerprint: "" },
  HttpServer: { url: "https://", authenticationType: "Anonymous" },
  RestService: { url: "https://", authenticationType: "Anonymous" },
  OData: { url: "https://", authenticationType: "Anonymous" },
  SQLite: { path: "/data/file.db" },
  DuckDB: { path: "/data/file.duckdb" },
};
const database = { server: "", port: 5432, database: "", username: "", password: secret("") };

async function connectors() {
  const types = (await ask("/api/connectors")).types;
  const select = $("test").elements.type;
  select.replaceChildren(...types.map(t => element("option", t)));
  select.value = types.includes("FileServer") ? "FileServer" : types[0] || "";
  sample();
}
function sample() {
  const type = $("test").elements.type.value;
  $("test").elements.typeProperties.value = JSON.stringify(samples[type] || database, null, 2);
}
$("test").elements.type.addEventListener("change", sample);
onSubmit("test", async data => {
  const told = await ask("/api/test", { type: data.get("type"), typeProperties: data.get("typeProperties") });
  if (told.status === "Succeeded") return "Connected: " + (told.output.connector || data.get("type")) + ".";
  const error = told.error || {};
  const detail = (error.details || [])[0] || {};
  throw new Failure(200, { code: detail.code || error.errorCode || told.status, message: detail.message || error.message || "The test did not succeed.", resolution: detail.resolution || [] });
});
onSubmit("network", async data => {
  $("walks").replaceChildren();
  const walks = (await ask("/api/network", { servers: data.get("servers") })).walks;
  walks.forEach(walk => {
    const title = element("h2", walk.target + (walk.proxy ? " through the proxy " + walk.proxy : ""));
    $("walks").append(title, table(["Hop", "Outcome", "Time", "Seen"], walk.steps.map(s => [s.hop, element("span", s.outcome, "pill " + (s.outcome === "not tried" ? "" : kind(s.outcome))), s.millis + " ms", s.detail])));
    if (walk.code) $("walks").append(element("p", walk.code + ": " + walk.cause), ...walk.resolution.map(r => element("p", "→ " + r)));
    $("walks").append(element("p", "Rule for the network team: " + walk.rule, "muted"));
  });
});
onSubmit("preflight", async () => {
  const found = (await ask("/api/preflight", {})).findings;
  $("findings").replaceChildren(table(["Check", "Outcome", "Seen"], found.map(f => {
    const seen = element("span", f.detail);
    f.resolution.forEach(r => seen.append(element("br"), "→ " + r));
    return [f.check, element("span", f.outcome, "pill " + kind(f.outcome)), seen];
  })));
});
onSubmit("logs", async data => {
  const query = "level=" + data.get("level") + "&activityRun=" + encodeURIComponent(data.get("activityRun"));
  const entries = (await ask("/api/logs?" + query)).entries;
  const place = $("entries");
  place.replaceChildren(...entries.map(e => {
    const line = element("div", undefined, "entry");
    line.append(element("span", e.time, "when"), element("span", e.level, "pill " + ({ ERROR: "bad", WARN: "warn" }[e.level] || "")), e.logger + ": " + (e.job ? "{" + e.job + "} " : "") + e.message);
    return line;
  }));
  place.hidden = entries.length === 0;
  place.scrollTop = place.scrollHeight;
  return entries.length ? "" : "No messages.";
});
$("send-logs").addEventListener("click", () => act($("logs"), async data =>
  "Report " + (await ask("/api/logs/send", { activityRun: data.get("activityRun") })).report + " is with the service: sluice logs show REPORT."));

enter().catch(failure => { if (failure.status !== 401) message($("sign-in"), failure); gate(); });
