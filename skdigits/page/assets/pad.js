// The drawing area: strokes of a mouse, finger, pen or of the arrow keys.
const pad = (() => {
  "use strict";

  const SIZE = 280;
  // Side of the image that is read: strokes are 3 pixels wide or more, and a sixth of
  // the pixels take a sixth of the time.
  const READ_SIZE = 112;
  const KEY_STEP = 10;
  const ARROWS = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  };
  // Points in a link.
  const LARGEST_LINK = 4000;
  const PAPER = "#fff";
  const INK = "#111";

  // A digit to begin with, until somebody draws.
  const EXAMPLE = [
    {
      width: 20,
      points: [
        [88, 84],
        [108, 62],
        [142, 52],
        [176, 66],
        [184, 96],
        [164, 122],
        [132, 134],
      ],
    },
    {
      width: 20,
      points: [
        [132, 134],
        [170, 142],
        [192, 170],
        [184, 206],
        [150, 228],
        [112, 224],
        [84, 202],
      ],
    },
  ];

  function line(context, { width, points }) {
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(...points[0]);
    // A stroke of one point is a dot.
    for (const point of points.length > 1 ? points.slice(1) : points)
      context.lineTo(...point);
    context.stroke();
  }

  const isStroke = ([width, ...places]) =>
    width >= 1 &&
    width <= 40 &&
    places.length >= 2 &&
    places.every((value) => value >= 0 && value <= SIZE);

  // Connects the canvas; `onDraw` is called after each change.
  function connect(canvas, marker, onDraw) {
    const context = canvas.getContext("2d");
    const small = elements
      .create("canvas", { width: READ_SIZE, height: READ_SIZE })
      .getContext("2d", { willReadFrequently: true });
    let strokes = [];
    let width = 20;
    let isExample = false;
    let version = 0;
    let pointer = null;
    let cursor = [SIZE / 2, SIZE / 4];
    let keyStroke = null;
    canvas.width = canvas.height = marker.width = marker.height = SIZE;

    function redraw() {
      version += 1;
      Object.assign(context, {
        lineCap: "round",
        lineJoin: "round",
        strokeStyle: INK,
        fillStyle: PAPER,
      });
      context.fillRect(0, 0, SIZE, SIZE);
      strokes.forEach((stroke) => line(context, stroke));
    }

    function change(newStrokes) {
      strokes = newStrokes;
      isExample = newStrokes === EXAMPLE;
      keyStroke = null;
      redraw();
      return onDraw(true);
    }

    function begin(point) {
      const stroke = { width, points: [point] };
      strokes = isExample ? [stroke] : [...strokes, stroke];
      isExample = false;
      redraw();
      return stroke;
    }

    function extend(stroke, point) {
      const last = stroke.points[stroke.points.length - 1];
      if (Math.hypot(point[0] - last[0], point[1] - last[1]) < 1.5) return;
      version += 1;
      stroke.points.push(point);
      line(context, { width: stroke.width, points: [last, point] });
    }

    function place(event) {
      const box = canvas.getBoundingClientRect();
      const within = (part) => Math.round(Math.min(Math.max(part, 0), 1) * SIZE);
      return [
        within((event.clientX - box.left) / box.width),
        within((event.clientY - box.top) / box.height),
      ];
    }

    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || pointer) return;
      canvas.setPointerCapture(event.pointerId);
      keyStroke = null;
      hideMarker();
      pointer = { id: event.pointerId, stroke: begin(place(event)) };
      onDraw();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.pointerId !== pointer?.id) return;
      const events = event.getCoalescedEvents?.() ?? [];
      for (const part of events.length ? events : [event])
        extend(pointer.stroke, place(part));
      onDraw();
    });
    for (const end of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(end, (event) => {
        if (event.pointerId !== pointer?.id) return;
        extend(pointer.stroke, place(event));
        pointer = null;
        onDraw(true);
      });
    }

    function showMarker() {
      const sketch = marker.getContext("2d");
      sketch.clearRect(0, 0, SIZE, SIZE);
      const circle = (radius, colour) => {
        Object.assign(sketch, { strokeStyle: colour, lineWidth: 2 });
        sketch.beginPath();
        sketch.arc(...cursor, radius, 0, 2 * Math.PI);
        sketch.stroke();
      };
      circle(width / 2 + 2, "#fff");
      circle(width / 2 + 4, "#0072b2");
    }

    function hideMarker() {
      marker.getContext("2d").clearRect(0, 0, SIZE, SIZE);
    }

    canvas.addEventListener(
      "focus",
      () => canvas.matches(":focus-visible") && showMarker(),
    );
    canvas.addEventListener("blur", hideMarker);
    canvas.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Backspace" || event.key === "Delete") undo();
      else if (event.key === "Escape") change([]);
      else if (ARROWS[event.key]) move(ARROWS[event.key], event.shiftKey);
      else return;
      event.preventDefault();
      showMarker();
    });

    function move([dx, dy], isLifted) {
      const before = cursor;
      const within = (value) => Math.min(Math.max(value, width / 2), SIZE - width / 2);
      cursor = [within(cursor[0] + KEY_STEP * dx), within(cursor[1] + KEY_STEP * dy)];
      if (isLifted) {
        keyStroke = null;
        return;
      }
      keyStroke = keyStroke ?? begin(before);
      extend(keyStroke, cursor);
      onDraw(true);
    }

    const undo = () => change(isExample ? [] : strokes.slice(0, -1));

    redraw();
    return {
      undo,
      clear: () => change([]),
      isEmpty: () => strokes.length === 0,
      // Changes with the drawing.
      version: () => version,
      setWidth: (value) => (width = value),
      pixels() {
        small.drawImage(canvas, 0, 0, READ_SIZE, READ_SIZE);
        return small.getImageData(0, 0, READ_SIZE, READ_SIZE);
      },
      // A photo in place of strokes.
      showPhoto(bitmap) {
        strokes = [];
        isExample = false;
        redraw();
        const scale = SIZE / Math.max(bitmap.width, bitmap.height);
        const [w, h] = [bitmap.width * scale, bitmap.height * scale];
        context.drawImage(bitmap, (SIZE - w) / 2, (SIZE - h) / 2, w, h);
      },

      // The strokes for a link; none if there are too many.
      toText() {
        const text = strokes
          .map((one) => [one.width, ...one.points.flat()].join("."))
          .join("_");
        return isExample || text.length > LARGEST_LINK ? "" : text;
      },

      // Shows the strokes of a link, or an example; what is not a stroke is left out.
      fromText(text) {
        const parts = text
          .slice(0, LARGEST_LINK)
          .split("_")
          .map((part) => part.split(".").map(Number));
        const linked = parts.filter(isStroke).map(([w, ...places]) => ({
          width: w,
          points: Array.from({ length: places.length >> 1 }, (_, i) =>
            places.slice(2 * i, 2 * i + 2),
          ),
        }));
        return linked.length ? change(linked) : change(EXAMPLE);
      },
    };
  }

  return { connect };
})();
