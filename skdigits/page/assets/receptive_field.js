// Which pixels of the image a unit of a layer depends on.
const receptiveField = (() => {
  "use strict";

  const whole = (shape) => ({ top: 0, left: 0, bottom: shape[0], right: shape[1] });

  // Rows or columns of the input that the rows from `low` up to `high` depend on.
  function before(layer, [low, high], side, outputSide) {
    if (layer.kind === "MaxPooling2D") return [2 * low, 2 * high];
    if (layer.kind !== "Conv2D") return [low, high];
    const { kernel_size: window, strides, padding } = layer;
    const added = Math.max((outputSide - 1) * strides + window - side, 0);
    const first = padding === "same" ? added >> 1 : 0;
    return [low * strides - first, (high - 1) * strides - first + window];
  }

  // `layers` are those before the unit's, its own last, each with its output's shape.
  function find(layers, imageShape, row, column) {
    let [rows, columns] = [
      [row, row + 1],
      [column, column + 1],
    ];
    for (let i = layers.length - 1; i >= 0; i -= 1) {
      const { layer, shape } = layers[i];
      if (shape.length < 3) return whole(imageShape);
      const input =
        i > 0 && layers[i - 1].shape.length === 3 ? layers[i - 1].shape : imageShape;
      rows = before(layer, rows, input[0], shape[0]);
      columns = before(layer, columns, input[1], shape[1]);
    }
    const within = (value, side) => Math.min(Math.max(value, 0), side);
    return {
      top: within(rows[0], imageShape[0]),
      bottom: within(rows[1], imageShape[0]),
      left: within(columns[0], imageShape[1]),
      right: within(columns[1], imageShape[1]),
    };
  }

  return { find };
})();
