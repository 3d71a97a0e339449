// Shows the cells of a notebook and what they gave; the cells run in a worker, from the first to the last.
const books = await (await fetch("notebooks.json")).json();
const named = new URLSearchParams(location.search).get("notebook");
const book = books.notebooks.find((each) => each.name === named) ?? books.notebooks[0];
const $ = (id) => document.getElementById(id);

function add(parent, tag, text = "", attributes = {}) {
  const node = document.createElement(tag);
  node.textContent = text;
  Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));
  return parent.appendChild(node);
}

$("size").textContent = `${books.megabytes} MB`;
for (const each of books.notebooks) {
  add(add($("notebooks"), "li"), "a", each.title, { href: `?notebook=${each.name}` });
}
$("title").textContent = book.title;

// One cell more than the notebook has, for the reader's own code.
const cells = [...book.cells, ""].map((source, place) => {
  const box = add($("cells"), "section", "", { "aria-label": `Cell ${place + 1}` });
  const rows = String(Math.max(2, source.split("\n").length));
  const code = add(box, "textarea", "", { rows, spellcheck: "false", "aria-label": `Code of cell ${place + 1}` });
  code.value = source;
  return { code, outputs: add(box, "div", "", { class: "outputs" }) };
});

function show(place, output) {
  const parent = cells[place].outputs;
  if (output.figure) {
    const { data, layout } = output.figure;
    window.Plotly.newPlot(add(parent, "div", "", { class: "figure" }), data, layout, { displaylogo: false });
  } else if (output.html) {
    add(parent, "div").innerHTML = output.html;
  } else {
    add(parent, "pre", output.text, output.error ? { class: "error" } : {});
  }
}

let worker = null;
$("run").addEventListener("click", () => {
  worker?.terminate();
  cells.forEach((cell) => cell.outputs.replaceChildren());
  worker = new Worker("worker.js", { type: "module" });
  worker.onmessage = ({ data }) => {
    if (data.state) $("state").textContent = data.state;
    else show(data.place, data.output);
  };
  worker.onerror = (problem) => { $("state").textContent = `It did not run: ${problem.message}`; };
  worker.postMessage(cells.map((cell) => cell.code.value));
});
$("run").disabled = false;
