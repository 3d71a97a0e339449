// Runs cells in CPython, compiled to WebAssembly, over the book's package and data; each run begins with nothing.
import { ConsoleStdout, Directory, File, OpenFile, PreopenDirectory, WASI } from "./shim/index.js";

const state = (text) => postMessage({ state: text });
const bytes = async (name) => new Uint8Array(await (await fetch(name)).arrayBuffer());

// The files of a tar archive as a tree of folders.
function tree(tar) {
  const root = new Map();
  const text = new TextDecoder();
  const field = (from, length) => text.decode(tar.subarray(from, from + length)).replace(/\0.*$/s, "");
  for (let at = 0; at < tar.length && tar[at]; ) {
    const name = [field(at + 345, 155), field(at, 100)].filter(Boolean).join("/");
    const size = parseInt(field(at + 124, 12), 8);
    const parts = name.split("/").filter(Boolean);
    const last = parts.pop();
    const folder = parts.reduce((map, part) => {
      if (!map.has(part)) map.set(part, new Directory(new Map()));
      return map.get(part).contents;
    }, root);
    folder.set(last, new File(tar.subarray(at + 512, at + 512 + size), { readonly: true }));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return root;
}

function told(line) {
  if (line.startsWith("\u001e")) postMessage(JSON.parse(line.slice(1)));
  else console.log(line);
}

onmessage = async ({ data: cells }) => {
  try {
    state("Loading Python …");
    const [module, standard, tar] = await Promise.all([
      WebAssembly.compileStreaming(fetch("python.wasm")), bytes("python-stdlib.zip"), bytes("book.tar"),
    ]);
    const book = tree(tar);
    book.set("cells.json", new File(new TextEncoder().encode(JSON.stringify(cells))));
    const files = [
      new OpenFile(new File([])), ConsoleStdout.lineBuffered(told), ConsoleStdout.lineBuffered(console.warn),
      new PreopenDirectory("/usr/local/lib", new Map([["python315.zip", new File(standard)]])),
      new PreopenDirectory("/book", book),
    ];
    const wasi = new WASI(["python", "-c", "exec(open('/book/cells.py').read())"], [], files);
    // The guest may call its host by this name; nothing here answers.
    const host = { call: () => -1 };
    const python = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: wasi.wasiImport, host });
    state("Running …");
    wasi.initialize(python);
    const code = python.exports.run();
    state(code ? `Python ended with code ${code}.` : "Done.");
  } catch (problem) {
    state(`It did not run: ${problem}`);
  }
};
