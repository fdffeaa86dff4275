// The part "Look inside": outputs of the layers, and what a unit of them looks at.
const insidePart = (() => {
  "use strict";

  const { byId, create, paint } = elements;
  const SHOWN = new Set(["Conv2D", "MaxPooling2D", "Activation", "Dense"]);
  const WORDS = {
    Conv2D: "convolution",
    MaxPooling2D: "pooling",
    Activation: "activation",
    Dense: "dense",
  };
  const ARROWS = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  };
  const MAP_WIDTH = 560;
  const FILTER_WIDTH = 280;
  const LOOK_SCALE = 8;

  function connect(model) {
    const select = byId("layer");
    const maps = byId("maps");
    // The outputs without the frame around a unit.
    const painted = create("canvas");
    let answer = null;
    let grid = null;
    let unit = null;

    const run = client.latest(async (image) => {
      const next = await client.ask("inspect", { image });
      const isFirst = answer === null;
      answer = next;
      if (isFirst) fillSelect();
      draw();
    });

    const current = () => answer.layers[Number(select.value)];

    function fillSelect() {
      const options = answer.layers.flatMap(({ layer, shape }, i) =>
        SHOWN.has(layer.kind)
          ? [
              create("option", {
                value: i,
                textContent: `${layer.name}: ${WORDS[layer.kind]}, ${shape.join(" × ")}`,
              }),
            ]
          : [],
      );
      select.replaceChildren(...options);
      restore();
    }

    function restore() {
      if (!answer) return;
      const shown = [...select.options].map(({ value }) => Number(value));
      const first = answer.layers.findIndex(({ layer }) => layer.kind === "Conv2D");
      const chosen = state.integer(
        "layer",
        Math.max(first, shown[0]),
        0,
        answer.layers.length - 1,
      );
      select.value = shown.includes(chosen) ? chosen : shown[0];
    }

    // Dense layers are one square for each unit.
    function asMaps({ output, shape }) {
      if (shape.length === 3)
        return { output, height: shape[0], width: shape[1], count: shape[2] };
      return { output, height: 1, width: 1, count: shape[0] };
    }

    function draw() {
      const { output, height, width, count } = asMaps(current());
      const largest = output.reduce((a, v) => Math.max(a, Math.abs(v)), 1e-12);
      grid = tiles.layout(count, height, width, MAP_WIDTH);
      if (!unit || unit.tile >= count || unit.row >= height || unit.column >= width) {
        unit = { tile: 0, row: height >> 1, column: width >> 1 };
      }
      tiles.paint(
        painted,
        grid,
        (tile, row, column) => output[(row * width + column) * count + tile] / largest,
      );
      maps.width = painted.width;
      maps.height = painted.height;
      describe();
    }

    // Shows what the chosen unit looks at.
    function describe() {
      const context = maps.getContext("2d");
      context.clearRect(0, 0, maps.width, maps.height);
      context.drawImage(painted, 0, 0);
      tiles.outline(maps, grid, unit);
      const { layer, output, shape } = current();
      const { width, count } = asMaps(current());
      const value = output[(unit.row * width + unit.column) * count + unit.tile];
      const index = Number(select.value);
      const imageShape = [model.size, model.size];
      const field = receptiveField.find(
        answer.layers.slice(0, index + 1),
        imageShape,
        unit.row,
        unit.column,
      );
      look(field);
      const place =
        shape.length === 3 ? `, row ${unit.row + 1}, column ${unit.column + 1}` : "";
      const kind = shape.length === 3 ? "Map" : "Unit";
      const [rows, columns] = [field.bottom - field.top, field.right - field.left];
      byId("unit").textContent =
        `${kind} ${unit.tile + 1} of ${count}${place}: ${value.toFixed(2)}. ` +
        `It looks at ${rows} × ${columns} pixels of the image.`;
      drawFilter(layer, index);
    }

    function look({ top, left, bottom, right }) {
      const canvas = byId("look");
      const small = create("canvas");
      paint(small, answer.input, model.size, model.size);
      canvas.width = canvas.height = model.size * LOOK_SCALE;
      const context = canvas.getContext("2d");
      context.imageSmoothingEnabled = false;
      context.drawImage(small, 0, 0, canvas.width, canvas.height);
      // The style sheet inverts the image on light pages, and this colour with it.
      Object.assign(context, { lineWidth: 3, strokeStyle: "#e69f00" });
      context.strokeRect(
        left * LOOK_SCALE + 1.5,
        top * LOOK_SCALE + 1.5,
        (right - left) * LOOK_SCALE - 3,
        (bottom - top) * LOOK_SCALE - 3,
      );
    }

    // The layer whose kernel made this output: itself, or the convolution before it.
    function kernelLayer(index) {
      for (let i = index; i >= 0; i -= 1) {
        if (answer.layers[i].kernel) return { ...answer.layers[i], index: i };
        if (answer.layers[i].layer.kind === "Flatten") break;
      }
      return null;
    }

    function drawFilter(layer, index) {
      const found = kernelLayer(index);
      byId("filter-part").hidden = !found;
      if (!found) return;
      const { kernel, layer: source, shape } = found;
      const n = shape[shape.length - 1];
      const shapeOf = kernelTiles(source, kernel.length / n, found.index);
      let largest = 1e-12;
      for (let k = unit.tile; k < kernel.length; k += n)
        largest = Math.max(largest, Math.abs(kernel[k]));
      const filterGrid = tiles.layout(
        shapeOf.count,
        shapeOf.height,
        shapeOf.width,
        FILTER_WIDTH,
      );
      tiles.paint(byId("filter"), filterGrid, (tile, row, column) => {
        const k = (row * shapeOf.width + column) * shapeOf.count + tile;
        return kernel[k * n + unit.tile] / largest;
      });
      byId("filter-caption").textContent = shapeOf.caption;
    }

    // How the weights of one output are arranged.
    function kernelTiles(source, nWeights, index) {
      if (source.kind === "Conv2D") {
        const side = source.kernel_size;
        const count = nWeights / side ** 2;
        const maps = count === 1 ? "image" : `${count} maps before it`;
        return {
          count,
          height: side,
          width: side,
          caption: `Its filter: ${side} × ${side} weights for the ${maps}`,
        };
      }
      // Weights of pixels make an image, those of maps as many images as maps.
      const before = answer.layers
        .slice(0, index)
        .reverse()
        .find(({ shape }) => shape.length === 3);
      const isFlat = before && before.shape.reduce((a, b) => a * b) === nWeights;
      if (isFlat) {
        const [height, width, count] = before.shape;
        return {
          count,
          height,
          width,
          caption: `Its weights for the ${count} maps before it`,
        };
      }
      if (nWeights === model.size ** 2) {
        return {
          count: 1,
          height: model.size,
          width: model.size,
          caption: "Its weights for the pixels",
        };
      }
      return {
        count: nWeights,
        height: 1,
        width: 1,
        caption: `Its weights for the ${nWeights} units before it`,
      };
    }

    select.addEventListener("change", () => {
      state.set("layer", select.value);
      draw();
    });
    for (const type of ["pointerdown", "pointermove"]) {
      maps.addEventListener(type, ({ clientX, clientY }) => {
        const box = maps.getBoundingClientRect();
        const [x, y] = [
          (clientX - box.left) / box.width,
          (clientY - box.top) / box.height,
        ];
        const found = grid && tiles.unitAt(grid, x, y);
        if (found) choose(found);
      });
    }
    maps.addEventListener("keydown", (event) => {
      if (!grid || !ARROWS[event.key]) return;
      event.preventDefault();
      choose(tiles.neighbour(grid, unit, ARROWS[event.key]));
    });

    function choose(found) {
      unit = found;
      describe();
    }

    return {
      setImage: run,
      restore() {
        restore();
        if (answer) draw();
      },
    };
  }

  return { connect };
})();
