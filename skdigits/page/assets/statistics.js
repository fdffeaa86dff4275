// Order statistics, sums and Otsu's threshold with NumPy's arithmetic: float32 arrays
// stay in single precision, so that decisions are those of skdigits.preprocessing.
const statistics = (() => {
  "use strict";

  const N_BINS = 256;
  const SHORT_SUM = 128;

  // The values above a threshold.
  function selectAbove(values, threshold) {
    const selected = new values.constructor(values.length);
    let n = 0;
    for (let i = 0; i < values.length; i++) {
      if (values[i] > threshold) selected[n++] = values[i];
    }
    return selected.slice(0, n);
  }

  // Python's round: halves go to the even neighbour.
  function roundHalfEven(x) {
    const low = Math.floor(x);
    if (x - low !== 0.5) return Math.round(x);
    return low % 2 === 0 ? low : low + 1;
  }

  // Reorder values so that values[k] is the one it would be if they were sorted.
  function partition(values, k) {
    let low = 0;
    let high = values.length - 1;
    while (low < high) {
      const pivot = values[(low + high) >> 1];
      let i = low;
      let j = high;
      while (i <= j) {
        while (values[i] < pivot) i++;
        while (values[j] > pivot) j--;
        if (i <= j) {
          const swapped = values[i];
          values[i++] = values[j];
          values[j--] = swapped;
        }
      }
      if (k <= j) high = j;
      else if (k >= i) low = i;
      else break;
    }
    return values[k];
  }

  function minimumFrom(values, start) {
    let least = values[start];
    for (let i = start + 1; i < values.length; i++) {
      if (values[i] < least) least = values[i];
    }
    return least;
  }

  // numpy.quantile with linear interpolation.
  function quantile(values, q) {
    const sorted = values.slice();
    const round = sorted instanceof Float32Array ? Math.fround : Number;
    const place = (sorted.length - 1) * q;
    const first = Math.floor(place);
    const low = partition(sorted, first);
    if (first + 1 >= sorted.length) return low;
    const high = minimumFrom(sorted, first + 1);
    const weight = place - first;
    const gap = round(high - low);
    return weight < 0.5
      ? round(low + round(gap * round(weight)))
      : round(high - round(gap * round(1 - weight)));
  }

  function median(values) {
    const sorted = values.slice();
    const round = sorted instanceof Float32Array ? Math.fround : Number;
    const middle = sorted.length >> 1;
    if (sorted.length % 2) return partition(sorted, middle);
    const low = partition(sorted, middle - 1);
    return round(round(low + minimumFrom(sorted, middle)) / 2);
  }

  // numpy.sum: pairwise, with eight partial sums.
  function sum(values, start = 0, n = values.length) {
    const round = values instanceof Float32Array ? Math.fround : Number;
    if (n > SHORT_SUM) {
      const half = (n >> 1) - ((n >> 1) % 8);
      return round(sum(values, start, half) + sum(values, start + half, n - half));
    }
    const parts = new values.constructor(8);
    const tail = n - (n % 8);
    for (let i = 0; i < tail; i++) parts[i % 8] += values[start + i];
    const [a, b, c, d, e, f, g, h] = parts;
    const left = round(round(a + b) + round(c + d));
    let total = round(left + round(round(e + f) + round(g + h)));
    for (let i = tail; i < n; i++) total = round(total + values[start + i]);
    return total;
  }

  function extremes(values) {
    let low = values[0];
    let high = values[0];
    for (let i = 1; i < values.length; i++) {
      if (values[i] < low) low = values[i];
      if (values[i] > high) high = values[i];
    }
    return [low, high];
  }

  // numpy.histogram: equal bins between the extremes. Only the edges are rounded: they
  // correct the number of the bin.
  function histogram(values, low, high) {
    const round = values instanceof Float32Array ? Math.fround : Number;
    const width = round(high - low);
    const step = round(width / N_BINS);
    const edges = new values.constructor(N_BINS + 1);
    for (let i = 0; i < N_BINS; i++) edges[i] = round(i * step) + low;
    edges[N_BINS] = high;
    const counts = new Float64Array(N_BINS);
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      let bin = Math.min(Math.floor(((value - low) / width) * N_BINS), N_BINS - 1);
      if (value < edges[bin]) bin--;
      if (value >= edges[bin + 1] && bin !== N_BINS - 1) bin++;
      counts[bin]++;
    }
    return { counts, edges };
  }

  // Mirrors _otsu.py.
  function otsuThreshold(values) {
    const [low, high] = extremes(values);
    if (low === high) return low;
    const { counts, edges } = histogram(values, low, high);
    const round = values instanceof Float32Array ? Math.fround : Number;
    const moments = counts.map((n, i) => (n * round(edges[i] + edges[i + 1])) / 2);
    const total = moments.reduce((all, one) => all + one, 0);
    let [below, moment, best, threshold] = [0, 0, -1, low];
    for (let i = 0; i < N_BINS - 1; i++) {
      below += counts[i];
      moment += moments[i];
      const above = values.length - below;
      const gap = moment / below - (total - moment) / above;
      const variance = below * above * (gap * gap);
      if (variance > best) {
        best = variance;
        threshold = edges[i + 1];
      }
    }
    return threshold;
  }

  return {
    extremes,
    median,
    otsuThreshold,
    quantile,
    roundHalfEven,
    selectAbove,
    sum,
  };
})();
