// Products of images with the kernels of layers. Behind a ReLU most numbers are zero:
// they are left out.
const products = (() => {
  "use strict";

  // So many filters are computed at a time: their sums stay in registers.
  const BLOCK = 8;
  // No kernel has more numbers. V8 computes indices as integers if it knows such a bound,
  // else as floats, which takes twice as long.
  const INDEX_BITS = 0x3fffffff;

  // A matrix (depth, width) as blocks of columns, each row by row; the last block is
  // filled up with zeros.
  function pack(matrix, depth, width) {
    const packed = new Float64Array(Math.ceil(width / BLOCK) * depth * BLOCK);
    for (let k = 0, i = 0; k < depth; k += 1) {
      for (let j = 0; j < width; j += 1, i += 1) {
        const block = Math.floor(j / BLOCK);
        packed[(block * depth + k) * BLOCK + (j % BLOCK)] = matrix[i];
      }
    }
    return packed;
  }

  // What is not zero in an image: values, their places in a row of the image, in blocks,
  // and where those of each pixel start.
  function emptyList(nPixels, channels) {
    return {
      values: new Float64Array(nPixels * channels),
      places: new Int32Array(nPixels * channels),
      starts: new Int32Array(nPixels + 1),
    };
  }

  function fillList({ values, places, starts }, image, width, channels) {
    let n = 0;
    for (let pixel = 0, i = 0; i < image.length; pixel += 1) {
      const first = (pixel % width) * channels;
      for (let place = first; place < first + channels; place += 1, i += 1) {
        if (image[i] === 0) continue;
        values[n] = image[i];
        places[n] = place * BLOCK;
        n += 1;
      }
      starts[pixel + 1] = n;
    }
  }

  // Sums the products of the window at a row and a column with a block of filters.
  function sumWindow(layer, row, column, filter) {
    const { values, places, starts, packed, sums } = layer;
    const { height, width, channels, window } = layer;
    const lineShift = window * channels * BLOCK;
    const from = Math.max(column, 0);
    const to = Math.min(column + window, width);
    const first = Math.max(row, 0);
    const last = Math.min(row + window, height);
    let shift = filter * window * window * channels;
    shift += (first - row) * lineShift - column * channels * BLOCK;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let s4 = 0;
    let s5 = 0;
    let s6 = 0;
    let s7 = 0;
    for (let y = first; y < last; y += 1, shift += lineShift) {
      const end = starts[y * width + to];
      for (let i = starts[y * width + from]; i < end; i += 1) {
        const value = values[i];
        const k = (places[i] + shift) & INDEX_BITS;
        s0 += value * packed[k];
        s1 += value * packed[k + 1];
        s2 += value * packed[k + 2];
        s3 += value * packed[k + 3];
        s4 += value * packed[k + 4];
        s5 += value * packed[k + 5];
        s6 += value * packed[k + 6];
        s7 += value * packed[k + 7];
      }
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
    sums[4] = s4;
    sums[5] = s5;
    sums[6] = s6;
    sums[7] = s7;
  }

  // Returns the function that convolves images with a kernel and adds a bias. The first
  // window starts `top` rows above the image and `left` columns before it.
  function convolver(kernel, bias, inputShape, outputShape, geometry) {
    const [height, width, channels] = inputShape;
    const [rows, columns, filters] = outputShape;
    const { window, strides, top, left } = geometry;
    const packed = pack(kernel, window * window * channels, filters);
    const sums = new Float64Array(BLOCK);
    const list = emptyList(height * width, channels);
    const layer = { ...list, packed, sums, height, width, channels, window };

    return (image) => {
      const out = new Float32Array(rows * columns * filters);
      fillList(list, image, width, channels);
      for (let first = 0; first < filters; first += BLOCK) {
        const end = Math.min(first + BLOCK, filters);
        for (let row = 0, i = 0; row < rows; row += 1) {
          for (let column = 0; column < columns; column += 1, i += filters) {
            sumWindow(layer, row * strides - top, column * strides - left, first);
            for (let filter = first; filter < end; filter += 1)
              out[i + filter] = sums[filter - first] + (bias ? bias[filter] : 0);
          }
        }
      }
      return out;
    };
  }

  return { convolver };
})();
