// A walk in a plane of the latent space: the digit follows the pointer or the arrow keys.
const planeWalk = (() => {
  "use strict";

  const { byId } = elements;
  const SIZE = 560;
  const STEP = 0.02;
  const ARROWS = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  };
  // Of Okabe and Ito (2008), and two greys; legible on light and on dark.
  const COLOURS = [
    "#e69f00",
    "#56b4e9",
    "#009e73",
    "#b8a800",
    "#0072b2",
    "#d55e00",
    "#cc79a7",
    "#888888",
    "#8f6fd0",
    "#b07050",
  ];

  function connect(data, { labelChoice, figure, generate }) {
    const { plane, labels } = data.generator;
    const canvas = byId("plane");
    const digit = figure("");
    byId("plane-figure").replaceChildren(digit.root);
    canvas.width = canvas.height = SIZE;
    // Fractions of the plane, from its left and its top.
    let place = [0.5, 0.5];
    const label = labelChoice(
      byId("plane-label"),
      labels,
      "walk",
      2 % labels.length,
      () => update(),
    );

    const run = client.latest(async () => {
      const [a, b] = place.map(
        (part, i) => plane.low[i] + part * (plane.high[i] - plane.low[i]),
      );
      const vector = Float32Array.from(
        plane.mean,
        (mean, i) => mean + a * plane.axes[0][i] + b * plane.axes[1][i],
      );
      const [answer] = await generate([vector], [label.value()]);
      digit.show(data.classifier, answer);
    });

    function draw() {
      const context = canvas.getContext("2d");
      context.clearRect(0, 0, SIZE, SIZE);
      const dot = (x, y, radius, colour, alpha) => {
        Object.assign(context, { fillStyle: colour, globalAlpha: alpha });
        context.beginPath();
        context.arc(x * SIZE, y * SIZE, radius, 0, 2 * Math.PI);
        context.fill();
      };
      const chosen = label.value();
      const fraction = (value, i) =>
        (value - plane.low[i]) / (plane.high[i] - plane.low[i]);
      for (const isChosen of [false, true]) {
        for (const [a, b, index] of plane.points) {
          if ((index === chosen) !== isChosen) continue;
          dot(
            fraction(a, 0),
            fraction(b, 1),
            isChosen ? 8 : 5,
            COLOURS[index % 10],
            isChosen ? 1 : 0.45,
          );
        }
      }
      const [x, y] = place.map((part) => part * SIZE);
      Object.assign(context, {
        globalAlpha: 1,
        lineWidth: 3,
        strokeStyle: COLOURS[chosen % 10],
      });
      context.beginPath();
      context.arc(x, y, 16, 0, 2 * Math.PI);
      for (const [dx, dy] of Object.values(ARROWS)) {
        context.moveTo(x + 16 * dx, y + 16 * dy);
        context.lineTo(x + 26 * dx, y + 26 * dy);
      }
      context.stroke();
    }

    function update() {
      draw();
      run();
    }

    function move(newPlace) {
      place = newPlace.map((value) => Math.min(Math.max(value, 0), 1));
      state.set("x", place[0].toFixed(3));
      state.set("y", place[1].toFixed(3));
      update();
    }

    for (const type of ["pointerdown", "pointermove"]) {
      canvas.addEventListener(type, ({ clientX, clientY }) => {
        const box = canvas.getBoundingClientRect();
        move([(clientX - box.left) / box.width, (clientY - box.top) / box.height]);
      });
    }
    canvas.addEventListener("keydown", (event) => {
      if (!ARROWS[event.key]) return;
      event.preventDefault();
      move(place.map((value, i) => value + STEP * ARROWS[event.key][i]));
    });

    return () => {
      place = [state.number("x", 0.5, 0, 1), state.number("y", 0.5, 0, 1)];
      label.restore();
      update();
    };
  }

  return { connect };
})();
