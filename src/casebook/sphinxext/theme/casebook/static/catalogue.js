// Filters of the catalogue of evidence. Without this script the whole list is there.
(() => {
  "use strict";
  const source = document.getElementById("catalogue-index");
  if (!source) return;
  const { levels, rows } = JSON.parse(source.textContent);
  const entries = rows.map((row) => ({ ...row, box: document.getElementById(row.anchor) })).filter((row) => row.box);
  const texts = new Map();
  const textOf = (entry) => {
    if (!texts.has(entry)) texts.set(entry, entry.box.textContent.toLowerCase());
    return texts.get(entry);
  };

  const form = document.createElement("form");
  form.className = "filters";
  form.setAttribute("role", "search");
  form.setAttribute("aria-label", "Filter the evidence");
  const field = (name, label, control) => {
    const box = document.createElement("label");
    box.append(label, control);
    control.name = name;
    form.append(box);
    return control;
  };
  const choice = (name, label, options) => {
    const select = document.createElement("select");
    select.append(new Option("any", ""));
    options.forEach(([value, text]) => select.append(new Option(text, value)));
    return field(name, label, select);
  };
  const input = (name, label, type) => {
    const control = document.createElement("input");
    control.type = type;
    if (type === "number") { control.min = 1900; control.max = 2100; }
    return field(name, label, control);
  };
  const unique = (key) => [...new Set(rows.flatMap((row) => row[key]).filter(Boolean))].sort((a, b) => a.localeCompare(b)).map((v) => [v, v]);
  input("text", "Text", "search");
  choice("theme", "Theme", levels.themes);
  choice("stance", "Stance", levels.stances.map((v) => [v, v]));
  choice("type", "Kind of evidence", levels.types.map((v) => [v, v]));
  choice("standing", "Standing of the source", levels.standings.map((v) => [v, v]));
  choice("place", "Place", unique("places"));
  choice("publisher", "Publisher", unique("publisher"));
  input("from", "From year", "number");
  input("to", "To year", "number");
  const reset = document.createElement("button");
  reset.type = "reset";
  reset.textContent = "Show all";
  form.append(reset);
  const status = document.createElement("p");
  status.className = "filter-status";
  status.setAttribute("role", "status");

  const matches = (entry, want) => {
    if (want.type && entry.type !== want.type) return false;
    if (want.standing && entry.standing !== want.standing) return false;
    if (want.publisher && entry.publisher !== want.publisher) return false;
    if (want.place && !entry.places.includes(want.place)) return false;
    // A theme and a stance together ask for that stance on that theme.
    if (want.theme && !(want.theme in entry.themes)) return false;
    if (want.stance && !(want.theme ? [entry.themes[want.theme]] : Object.values(entry.themes)).includes(want.stance)) return false;
    if (want.from && !(entry.year >= Number(want.from))) return false;
    if (want.to && !(entry.year && entry.year <= Number(want.to))) return false;
    return !want.text || want.text.toLowerCase().split(/\s+/).every((word) => textOf(entry).includes(word));
  };
  const apply = () => {
    const want = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ""));
    let shown = 0;
    entries.forEach((entry) => {
      const yes = matches(entry, want);
      if (entry.box.hidden === yes) entry.box.hidden = !yes;
      shown += yes;
    });
    status.textContent = `${shown} of ${entries.length} rows`;
    return want;
  };
  const remember = (want) => {
    const query = new URLSearchParams(want).toString();
    try { history.replaceState(null, "", `${location.pathname}${query ? `?${query}` : ""}`); } catch (e) { /* some browsers keep a file's address as it is */ }
  };
  const recall = () => {
    for (const [name, value] of new URLSearchParams(location.search)) {
      const control = form.elements.namedItem(name);
      if (control) control.value = value;
    }
  };
  form.addEventListener("input", () => remember(apply()));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => remember(apply())));
  entries[0].box.before(form, status);
  recall();
  apply();
  // A link to a row must not end at a row that the filter hides.
  const reveal = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.hidden) { form.reset(); setTimeout(() => target.scrollIntoView()); }
    // Whoever comes for a filtered list sees the filter first, and its first row below it.
    else (location.search && entries.find((entry) => !entry.box.hidden).box === target ? form : target).scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();
})();
