// Products of matrices.
const matrices = (() => {
  "use strict";

  // Returns the product of rows (n, depth) with a matrix (depth, width) plus a bias.
  //
  // Four columns lie side by side, and two rows are multiplied at a time, so that most
  // operands are in registers.
  function multiplier(matrix, depth, width, bias) {
    const blocks = Math.ceil(width / 4);
    const packed = new Float64Array(blocks * depth * 4);
    const offsets = new Float64Array(blocks * 4);
    for (let j = 0; j < width; j += 1) {
      const block = (j >> 2) * depth;
      for (let k = 0; k < depth; k += 1) {
        packed[(block + k) * 4 + (j & 3)] = matrix[k * width + j];
      }
      offsets[j] = bias ? bias[j] : 0;
    }
    return (rows, n, out, start) => {
      for (let block = 0; block < blocks; block += 1) {
        const j = block * 4;
        for (let row = 0; row < n; row += 2) {
          // A last row without a partner is computed twice.
          const other = row + 1 < n ? row + 1 : row;
          let a0 = offsets[j];
          let a1 = offsets[j + 1];
          let a2 = offsets[j + 2];
          let a3 = offsets[j + 3];
          let b0 = a0;
          let b1 = a1;
          let b2 = a2;
          let b3 = a3;
          let w = block * depth * 4;
          let p = row * depth;
          let q = other * depth;
          for (const end = p + depth; p < end; p += 1, q += 1, w += 4) {
            const x = rows[p];
            const y = rows[q];
            const w0 = packed[w];
            const w1 = packed[w + 1];
            const w2 = packed[w + 2];
            const w3 = packed[w + 3];
            a0 += x * w0;
            a1 += x * w1;
            a2 += x * w2;
            a3 += x * w3;
            b0 += y * w0;
            b1 += y * w1;
            b2 += y * w2;
            b3 += y * w3;
          }
          write(out, start + row * width, j, width, a0, a1, a2, a3);
          write(out, start + other * width, j, width, b0, b1, b2, b3);
        }
      }
    };
  }

  function write(out, row, j, width, v0, v1, v2, v3) {
    out[row + j] = v0;
    if (j + 1 < width) out[row + j + 1] = v1;
    if (j + 2 < width) out[row + j + 2] = v2;
    if (j + 3 < width) out[row + j + 3] = v3;
  }

  return { multiplier };
})();
