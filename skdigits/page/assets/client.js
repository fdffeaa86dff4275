// Asks the engine, in a worker made of the runtime's own text.
const client = (() => {
  "use strict";

  const waiting = new Map();
  let worker = null;
  let count = 0;

  function start(data) {
    const source = document.getElementById("runtime").textContent;
    try {
      worker = new Worker(
        URL.createObjectURL(new Blob([source], { type: "text/javascript" })),
      );
      worker.onmessage = ({ data: { id, value, error } }) => {
        const { resolve, reject } = waiting.get(id);
        waiting.delete(id);
        if (error === undefined) resolve(value);
        else reject(new Error(error));
      };
    } catch {
      worker = null; // Some browsers allow no workers here: the page computes itself.
    }
    return ask("load", data);
  }

  function ask(task, argument, transfer = []) {
    if (!worker) return Promise.resolve().then(() => engine.answer(task, argument));
    return new Promise((resolve, reject) => {
      count += 1;
      waiting.set(count, { resolve, reject });
      worker.postMessage({ id: count, task, argument }, transfer);
    });
  }

  // Returns a function that calls `work` with its latest argument, one call at a time.
  //
  // It returns a promise of the end of all calls.
  function latest(work) {
    let next = null;
    let running = null;

    async function runAll() {
      while (next) {
        const { argument } = next;
        next = null;
        await work(argument);
      }
      running = null;
    }

    return (argument) => {
      next = { argument };
      running = running ?? runAll();
      return running;
    };
  }

  return { start, ask, latest };
})();
