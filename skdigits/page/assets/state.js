// The state of the page in its link, behind #, so that links keep it.
const state = (() => {
  "use strict";

  // Browsers refuse to change the link more often.
  const PAUSE_MS = 400;

  let values = new URLSearchParams(location.hash.slice(1));
  let timer = null;

  // Links come from strangers: a number out of range, or none, is the default.
  function number(name, fallback, low, high) {
    const value = Number(values.get(name) ?? NaN);
    return value >= low && value <= high ? value : fallback;
  }

  const integer = (name, fallback, low, high) =>
    Math.round(number(name, fallback, low, high));

  const text = (name) => values.get(name) ?? "";

  function set(name, value) {
    values.set(name, value);
    clearTimeout(timer);
    timer = setTimeout(write, PAUSE_MS);
  }

  const write = () => history.replaceState(null, "", `#${values}`);

  const newSeed = () => Math.floor(Math.random() * 1e6);

  // Calls back when somebody follows another link to this page.
  function onChange(restore) {
    addEventListener("hashchange", () => {
      values = new URLSearchParams(location.hash.slice(1));
      restore();
    });
  }

  return { number, integer, text, set, newSeed, onChange };
})();
