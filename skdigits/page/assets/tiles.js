// Grids of small images with signed values, and the unit at a place in them.
const tiles = (() => {
  "use strict";

  // Colours of positive and negative values; 0 is transparent.
  const LIGHT = [
    [213, 94, 0],
    [0, 114, 178],
  ];
  const DARK = [
    [245, 160, 90],
    [110, 185, 245],
  ];

  const isDark = () => matchMedia("(prefers-color-scheme: dark)").matches;

  // Places `count` tiles of `height` x `width` in about as many rows as columns.
  function layout(count, height, width, target) {
    const columns = Math.ceil(Math.sqrt((count * height) / width));
    const rows = Math.ceil(count / columns);
    const scale = Math.max(1, Math.floor((target / columns - 2) / width));
    const [stepX, stepY] = [width * scale + 2, height * scale + 2];
    return { count, height, width, columns, rows, scale, stepX, stepY };
  }

  // `value(tile, row, column)` in [-1, 1].
  function paint(canvas, grid, value) {
    const { count, height, width, columns, rows, scale, stepX, stepY } = grid;
    canvas.width = columns * stepX;
    canvas.height = rows * stepY;
    const context = canvas.getContext("2d");
    const image = new ImageData(canvas.width, canvas.height);
    const [positive, negative] = isDark() ? DARK : LIGHT;
    const { data, width: step } = image;
    const fill = (x, y, strength) => {
      const [red, green, blue] = strength > 0 ? positive : negative;
      // Pale, not invisible: the tiles have a ground.
      const opacity = 14 + 241 * Math.min(Math.abs(strength), 1);
      for (let row = y; row < y + scale; row += 1) {
        for (let place = 4 * (row * step + x), n = 0; n < scale; n += 1, place += 4) {
          data[place] = red;
          data[place + 1] = green;
          data[place + 2] = blue;
          data[place + 3] = opacity;
        }
      }
    };
    for (let tile = 0; tile < count; tile += 1) {
      const left = (tile % columns) * stepX;
      const top = Math.floor(tile / columns) * stepY;
      for (let row = 0; row < height; row += 1) {
        for (let column = 0; column < width; column += 1)
          fill(left + column * scale, top + row * scale, value(tile, row, column));
      }
    }
    context.putImageData(image, 0, 0);
  }

  function outline(canvas, { columns, scale, stepX, stepY }, { tile, row, column }) {
    const context = canvas.getContext("2d");
    const [left, top] = [(tile % columns) * stepX, Math.floor(tile / columns) * stepY];
    Object.assign(context, { lineWidth: 2, strokeStyle: "#009e73" });
    context.strokeRect(
      left + column * scale - 1,
      top + row * scale - 1,
      scale + 2,
      scale + 2,
    );
  }

  // The unit at a place, in fractions of the canvas; null between tiles.
  function unitAt(grid, x, y) {
    const { count, columns, rows, scale, stepX, stepY, height, width } = grid;
    const [left, top] = [x * columns * stepX, y * rows * stepY];
    const [gridColumn, gridRow] = [Math.floor(left / stepX), Math.floor(top / stepY)];
    const tile = gridRow * columns + gridColumn;
    const row = Math.floor((top - gridRow * stepY) / scale);
    const column = Math.floor((left - gridColumn * stepX) / scale);
    return tile < count && row < height && column < width
      ? { tile, row, column }
      : null;
  }

  // The unit one step further, over the borders of tiles.
  function neighbour(grid, { tile, row, column }, [dx, dy]) {
    const { count, columns, rows, height, width } = grid;
    const clamp = (value, n) => Math.min(Math.max(value, 0), n - 1);
    const x = clamp((tile % columns) * width + column + dx, columns * width);
    const y = clamp(Math.floor(tile / columns) * height + row + dy, rows * height);
    const next = Math.floor(y / height) * columns + Math.floor(x / width);
    return next < count
      ? { tile: next, row: y % height, column: x % width }
      : { tile, row, column };
  }

  return { layout, paint, outline, unitAt, neighbour };
})();
