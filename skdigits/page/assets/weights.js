// Decodes weights: base64 of 16-bit or 32-bit floats, little-endian.
const weightArrays = (() => {
  "use strict";

  function decodeBase64(text) {
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < bytes.length; i += 1) bytes[i] = binary.charCodeAt(i);
    return bytes.buffer;
  }

  // IEEE 754 binary16.
  function fromHalf(bits) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }

  function decode({ dtype, data }) {
    const buffer = decodeBase64(data);
    if (dtype === "float32") return new Float32Array(buffer);
    return Float32Array.from(new Uint16Array(buffer), fromHalf);
  }

  return { decode };
})();
