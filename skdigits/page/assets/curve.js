// A chart of accuracy against noise, with a marker where the slider stands.
const curveChart = (() => {
  "use strict";

  const [WIDTH, HEIGHT] = [480, 250];
  const [LEFT, RIGHT, TOP, BOTTOM] = [44, 12, 12, 40];

  const x = (amount) => LEFT + amount * (WIDTH - LEFT - RIGHT);
  const y = (accuracy) => HEIGHT - BOTTOM - accuracy * (HEIGHT - TOP - BOTTOM);

  function build(svg, { amounts, lines }) {
    const make = (tag, attributes, text = "") => {
      const element = document.createElementNS(svg.namespaceURI, tag);
      for (const [name, value] of Object.entries(attributes))
        element.setAttribute(name, value);
      element.textContent = text;
      return element;
    };
    svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    const parts = [];
    for (const tick of [0, 0.25, 0.5, 0.75, 1]) {
      const text = `${100 * tick}`;
      parts.push(
        make("line", { class: "grid", x1: x(0), x2: x(1), y1: y(tick), y2: y(tick) }),
        make("text", { class: "tick end", x: x(0) - 6, y: y(tick) + 4 }, text),
        make("text", { class: "tick middle", x: x(tick), y: y(0) + 16 }, text),
      );
    }
    parts.push(
      make(
        "text",
        { class: "tick middle", x: x(0.5), y: HEIGHT - 6 },
        "noise (% of the pixels)",
      ),
      make(
        "text",
        { class: "tick middle", transform: `translate(11 ${y(0.5)}) rotate(-90)` },
        "accuracy (%)",
      ),
    );
    lines.forEach(({ accuracy }, i) => {
      const points = amounts
        .map((amount, k) => `${x(amount)},${y(accuracy[k])}`)
        .join(" ");
      parts.push(make("polyline", { class: `line line-${i % 4}`, points }));
    });
    const marker = make("line", { class: "marker", y1: y(1) - 6, y2: y(0) });
    const dots = lines.map((_, i) =>
      make("circle", { class: `dot dot-${i % 4}`, r: 5 }),
    );
    svg.replaceChildren(...parts, marker, ...dots);
    const legend = buildLegend(lines);
    svg.after(legend.root);

    return (amount) => {
      marker.setAttribute("x1", x(amount));
      marker.setAttribute("x2", x(amount));
      const values = lines.map(({ accuracy }) =>
        interpolate(amounts, accuracy, amount),
      );
      dots.forEach((dot, i) => {
        dot.setAttribute("cx", x(amount));
        dot.setAttribute("cy", y(values[i]));
      });
      legend.show(values);
    };
  }

  function buildLegend(lines) {
    const { create } = elements;
    const values = lines.map(() => create("span", { className: "value" }));
    const root = create(
      "ul",
      { className: "legend" },
      lines.map(({ name }, i) =>
        create("li", {}, [
          create("span", { className: `key key-${i % 4}` }),
          `${name}: `,
          values[i],
        ]),
      ),
    );
    const show = (numbers) =>
      numbers.forEach(
        (number, i) => (values[i].textContent = `${(100 * number).toFixed(1)} %`),
      );
    return { root, show };
  }

  function interpolate(amounts, values, amount) {
    const i = Math.max(
      1,
      amounts.findIndex((other) => other >= amount),
    );
    const part = (amount - amounts[i - 1]) / (amounts[i] - amounts[i - 1]);
    return values[i - 1] + part * (values[i] - values[i - 1]);
  }

  return { build };
})();
